"""The sending half of the Python server that is being replaced, as its documentation has it.

    python3 legacy_client.py SETTINGS.json FRAME...

Prints, for each frame, the status and the answer. Where the package requests is not installed, urllib sends the
same request.
"""

import json
import logging
import sys

try:
    import requests
except ImportError:
    requests = None

with open(sys.argv[1]) as file:
    settings = json.load(file)


def post(url, data, timeout, headers):
    if requests is not None:
        response = requests.post(url=url, data=data, timeout=timeout, headers=headers)
        return response.status_code, response.text
    import urllib.error
    import urllib.parse
    import urllib.request

    request = urllib.request.Request(url, urllib.parse.urlencode(data).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def send_data(weight, unit, scale):
    # The location of the website function to scan a bag in
    scan_function = settings["site_url"] + settings["controller"] + "/" + settings["function"]
    # Header with Bearer token for API auth
    headers = {"Authorization": "Bearer " + settings["api_key"]}
    # data to be sent to api
    data = {"weight": weight, "unit": unit, "scale": scale, "station": settings["station"]}
    # sending post request and saving response as response object
    try:
        return post(url=scan_function, data=data, timeout=10, headers=headers)
    except TimeoutError:
        logging.error("Request timed out...")
        return False


print("sent by " + ("urllib" if requests is None else "requests " + requests.__version__))
for frame in sys.argv[2:]:
    data_list = frame.split(",")
    # Temporary fix for third scale being used as replacement
    if data_list[0] == 3:
        scale_id = 2
    else:
        scale_id = data_list[0]
    weight_data = data_list[1].strip().split(" ")
    status, text = send_data(weight_data[0], weight_data[1], scale_id)
    print(json.dumps({"status": status, "text": text}))
