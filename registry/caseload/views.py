from flask import Blueprint

blueprint = Blueprint("caseload", __name__, url_prefix="/caseload")
