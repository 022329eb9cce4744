"""PDF files with digital signatures, of signers whose certificates are made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from asn1crypto import keys
from asn1crypto import x509 as plain_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

YEAR = timedelta(days=365)
DER = serialization.Encoding.DER


@dataclass(frozen=True)
class Authority:
    """Trusted by whoever has its certificate among the roots."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def an_authority(now: datetime, name: str = "Root CA") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(key, _certificate(_name(name, "Ban Cơ yếu Chính phủ"), key, None, key, now - YEAR, now + 9 * YEAR))


def a_signer(
    authority: Authority,
    now: datetime,
    name: str = "Nguyễn Văn An",
    organisation: str = "Cục Thống kê tỉnh Sóc Trăng",
    ends: datetime | None = None,
) -> signers.SimpleSigner:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, organisation)
    own = _certificate(subject, key, authority.certificate, authority.key, now - YEAR, ends or now + YEAR)
    store = SimpleCertificateStore()
    store.register(_plain(authority.certificate))
    private = key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=_plain(own), signing_key=keys.PrivateKeyInfo.load(private), cert_registry=store
    )


def a_pdf(words: str = "Bao cao") -> bytes:
    writer = PdfFileWriter()
    content = writer.add_object(generic.StreamObject(stream_data=f"BT ({words}) Tj ET".encode()))
    size = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.insert_page(PageObject(contents=content, media_box=size))
    return _written(writer)


def signed(content: bytes, signer: signers.SimpleSigner, field: str = "Sig1") -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    return signers.sign_pdf(writer, metadata, signer=signer).getvalue()


def changed_byte(content: bytes) -> bytes:
    """Inside what was signed."""
    return content.replace(b"Bao cao", b"Bao ca0", 1)


def added_page(content: bytes) -> bytes:
    """Put behind what was signed, as an editor does; the signed bytes stay as they were."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT (Khac) Tj ET"))
    writer.update_container(page)
    return _written(writer)


def _written(writer: PdfFileWriter | IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _name(name: str, organisation: str) -> x509.Name:
    of = ((NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in of])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    begins: datetime,
    ends: datetime,
) -> x509.Certificate:
    authority = issuer is None
    usage = x509.KeyUsage(not authority, not authority, False, False, False, authority, authority, False, False)
    return (
        x509.CertificateBuilder(issuer.subject if issuer else subject, subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _plain(certificate: x509.Certificate) -> plain_x509.Certificate:
    return plain_x509.Certificate.load(certificate.public_bytes(DER))
