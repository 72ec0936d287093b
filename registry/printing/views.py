from flask import Blueprint

blueprint = Blueprint("printing", __name__, url_prefix="/printing")
