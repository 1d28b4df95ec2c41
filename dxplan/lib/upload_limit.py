"""Refuses a body that is larger than any file we take, before it is received."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from dxplan.lib.spreadsheets.limits import MEGABYTE, MOST_BYTES


class UploadLimit(FileUploadHandler):
    """Stands before the handlers that store a file; a little more than a file is let through.

    So a file just over the limit is refused by the form, with words of its own.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > 2 * MOST_BYTES + MEGABYTE:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
