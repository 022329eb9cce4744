"""The web pages and the API, on FastAPI; `app.py` builds the application."""
