from flask import Blueprint

blueprint = Blueprint("episodes", __name__, url_prefix="/episodes")
