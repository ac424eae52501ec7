"""Pages in HTML and Markdown: whatever comes from mail is text in them and never markup.

Jinja2 (the extra `web`) escapes every value; what is not visible is made visible before that. No page asks for anything from
elsewhere, and its Content-Security-Policy lets it do nothing else.
"""
