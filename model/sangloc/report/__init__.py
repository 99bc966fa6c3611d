"""A report on tagged pages as one HTML file: to look at, to filter, to correct; it needs no server and no network.

`data.py` gathers what is shown, `build.py` puts it into one file together with page.html, palette.css, style.css and the scripts beside it.
"""
