from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpResponseRedirect


class NothingPostedIsKept:
    """Who has to give the password again comes back to the page itself, and fills it in then.

    allauth would lay by in the session what was posted, with the cookies and all else of the
    request, to repeat it afterwards.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, ReauthenticationRequired) and request.method == "POST":
            return HttpResponseRedirect(request.get_full_path())
        return None
