"""From the course's own files to the sources of the site's pages."""
