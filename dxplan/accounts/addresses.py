"""From where somebody connects."""

import ipaddress

from allauth.account.adapter import get_adapter


def address_of(request) -> str:
    """The address as the outermost trusted proxy saw it (DXPLAN_PROXIES); empty without a request.

    Of IPv6 the network is given: one machine has more addresses in it than can be counted.
    """
    if request is None:
        return ""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
