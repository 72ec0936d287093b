from flask import Blueprint

blueprint = Blueprint("patients", __name__, url_prefix="/patients")
