"""Asks a SPIFFE Workload API by means of py-spiffe and prints as JSON what it got, as ../go-spiffe-client does.

python3 ask.py SOCKET x509-svids | x509-bundles | jwt-svids AUDIENCE | jwt-bundles | validate AUDIENCE TOKEN | watch

Of hints, py-spiffe knows nothing. Needs Python 3.10 or newer and what requirements.txt names.
"""

import json
import sys
import threading
from datetime import timezone

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from spiffe import JwtSvid, WorkloadApiClient
from spiffe.errors import PySpiffeError


def x509_svids(client):
    return [x509_svid(svid) for svid in client.fetch_x509_context().x509_svids]


def x509_svid(svid):
    names = svid.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {
        'spiffeId': str(svid.spiffe_id),
        'dnsNames': names.get_values_for_type(x509.DNSName),
        'serialNumber': f'{svid.leaf.serial_number:x}',
        'notAfter': svid.leaf.not_valid_after_utc.astimezone(timezone.utc).isoformat(),
    }


def x509_bundles(client):
    return {
        bundle.trust_domain.name: [authority.fingerprint(SHA256()).hex() for authority in bundle.x509_authorities]
        for bundle in client.fetch_x509_bundles().bundles
    }


def jwt_svids(client, audience):
    """Each is verified here, with the server's JWT bundles."""
    svids = client.fetch_jwt_svids({audience})
    bundles = client.fetch_jwt_bundles()
    answer = []
    for svid in svids:
        bundle = bundles.get_bundle_for_trust_domain(svid.spiffe_id.trust_domain)
        answer.append(jwt_svid(JwtSvid.parse_and_validate(svid.token, bundle, {audience})))
    return answer


def jwt_svid(svid):
    return {'spiffeId': str(svid.spiffe_id), 'audience': sorted(svid.audience), 'token': svid.token}


def jwt_bundles(client):
    return {bundle.trust_domain.name: list(bundle.jwt_authorities) for bundle in client.fetch_jwt_bundles().bundles}


def validate(client, audience, token):
    return jwt_svid(client.validate_jwt_svid(token, audience))


def watch(client):
    """Prints a line for each update, until it is stopped."""
    client.stream_x509_contexts(
        lambda context: show([x509_svid(svid) for svid in context.x509_svids]),
        lambda error: show({'error': str(error)}),
    )
    threading.Event().wait()


def show(answer):
    print(json.dumps(answer), flush=True)


QUESTIONS = {
    'x509-svids': x509_svids,
    'x509-bundles': x509_bundles,
    'jwt-svids': jwt_svids,
    'jwt-bundles': jwt_bundles,
    'validate': validate,
    'watch': watch,
}

if __name__ == '__main__':
    socket, question, *arguments = sys.argv[1:]
    try:
        show(QUESTIONS[question](WorkloadApiClient(socket, default_timeout=10), *arguments))
    except PySpiffeError as error:
        show({'error': str(error)})
