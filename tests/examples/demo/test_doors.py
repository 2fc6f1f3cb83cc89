"""Where the sites of the demonstration are reached."""

import socket

from examples.demo.doors import HOST, address_of, open_door


def test_a_door_is_where_it_shall_be() -> None:
    with socket.create_server((HOST, 0)) as free:
        _, port = free.getsockname()

    with open_door(port) as door:
        assert address_of(door) == f"http://{HOST}:{port}"


def test_a_door_is_elsewhere_if_somebody_is_there_already() -> None:
    with socket.create_server((HOST, 0)) as other, open_door(other.getsockname()[1]) as door:
        assert address_of(door) != address_of(other)
