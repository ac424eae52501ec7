"""The service: an HTTP API and pages for people, in one process that writes nothing and asks nobody.

It stands on Starlette and uvicorn (the extra `web`). Bodies are held in memory and never on a disk; how much of it all requests
together may take is bounded. `app.py` puts it together.
"""
