"""`klankbord doctor matrix` where the homeserver has a certificate of an authority that this machine does not know."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from bot.core.platform import Checked
from bot.platforms.matrix.checks import Checks
from bot.platforms.matrix.settings import MatrixSettings
from config.texts import say

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def found(certificate: Path) -> Checked:
    """What is said of a homeserver that has it."""

    async def versions(_: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1.11"]})

    async def whole() -> Checked:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        app = web.Application()
        app.router.add_get("/_matrix/client/versions", versions)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0, ssl_context=context).start()
            settings = MatrixSettings(server=f"https://{HOST}:{runner.addresses[0][1]}", token=SecretStr("secret"))
            async for one in Checks(settings).checked({}):
                return one
        finally:
            await runner.cleanup()
        raise AssertionError("nothing is said")

    return asyncio.run(whole())


def test_who_answers_is_a_homeserver_that_is_not_trusted(certificate: Path) -> None:
    """Not something else at a wrong address: its certificate is what has to be mended."""
    one = found(certificate)
    assert (one.what, one.problem) == ("server", "untrusted")
    assert "self-signed certificate" in say("doctor.matrix.server_untrusted", "nl", **one.values)
