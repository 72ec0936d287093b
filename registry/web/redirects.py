"""A redirect of the type that every view says it returns: Flask tells its own redirects as those of the layer below."""

from typing import cast

import flask
from flask import Response


def redirect(url: str) -> Response:
    """Lead to another page of this registry."""
    return cast(Response, flask.redirect(url))
