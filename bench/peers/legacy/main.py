"""The Python server that Pre-Puff replaces, word for word as its documentation has it, defects included; what the
documentation leaves out (imports, the settings, print_response) is filled in.

    python3 main.py SETTINGS.json
"""

import json
import logging
import socket
import sys
import threading

import requests

with open(sys.argv[1]) as file:
    settings = json.load(file)


def print_response(response):
    print(response.text)


def send_data(weight, unit, scale):
    # The location of the website function to scan a bag in
    scan_function = settings['site_url'] + settings['controller'] + '/' + settings['function']
    # Header with Bearer token for API auth
    headers = {"Authorization": "Bearer " + settings['api_key']}
    # data to be sent to api
    data = {
        'weight': weight,
        'unit': unit,
        'scale': scale,
        'station': settings['station']
    }
    # sending post request and saving response as response object
    try:
        response = requests.post(url=scan_function, data=data, timeout=10, headers=headers)
    except TimeoutError:
        logging.error('Request timed out...')
        return False
    # extracting response text
    print_response(response)


def handler(connection, address):
    try:
        print("Connected to scale with IP: {}".format(address))
        while True:
            data = connection.recv(16).decode()
            # Assuming data is comma-separated, split it into a list
            data_list = data.split(',')
            # Temporary fix for third scale being used as replacement
            if data_list[0] == 3:
                scale_id = 2
            else:
                scale_id = data_list[0]
            weight_data = data_list[1].strip().split(' ')
            weight = weight_data[0]
            unit = weight_data[1]
            print("Scale ID: " + scale_id)
            print("Weight: " + weight + " " + unit)
            send_data(weight, unit, scale_id)
            if not data:
                break
    finally:
        connection.close()


def main():
    # Set up a TCP/IP server
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Bind the socket to server address and port 10001
    server_address = (settings['host'], settings['port'])
    server.bind(server_address)
    # Listen on port 10001
    server.listen()
    print('Server is listening for scales...')
    while True:
        connection, address = server.accept()
        threading.Thread(target=handler, args=(connection, address)).start()


main()
