from flask import Blueprint

blueprint = Blueprint("treatment", __name__, url_prefix="/treatment")
