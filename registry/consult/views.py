from flask import Blueprint

blueprint = Blueprint("consult", __name__, url_prefix="/consult")
