from flask import Blueprint

blueprint = Blueprint("chart", __name__, url_prefix="/chart")
