"""A client of the service TokenApi whose every line but these is Apache Thrift's: run by ForeignPeerTest.

usage: foreign_peer.py GENERATED HOST PORT CERTIFICATE USER PASSWORD STEP
Prints one line of JSON for each call.
"""
import json
import ssl
import sys

generated, host, port, certificate, user, password, step = sys.argv[1:]
sys.path.insert(0, generated)

from metermint_token_api import TokenApi
from metermint_token_api.ttypes import (
    ApiException, MeterConfigAmendment, MeterConfigIn, SessionOptions, TokenIssueFlags)
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TSSLSocket import TSSLSocket
from thrift.transport.TTransport import TFramedTransport

METER = dict(drn="12345678903", ea=7, tct=2, sgc=201457, krn=1, ti=1, ken=255)
TIME = 1772359200    # 2026-03-01T10:00:00Z, the time of the test


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if hasattr(value, "thrift_spec"):
        return {key: plain(one) for key, one in vars(value).items() if one is not None}
    return value


def show(name, call, *arguments):
    try:
        result = plain(call(*arguments))
    except ApiException as refusal:
        result = {"refused": refusal.eCode, "because": refusal.eMsgEn}
    print(json.dumps({"call": name, "result": result}), flush=True)
    return result


transport = TFramedTransport(TSSLSocket(host, int(port), cert_reqs=ssl.CERT_REQUIRED, ca_certs=certificate))
client = TokenApi.Client(TBinaryProtocol(transport))
transport.open()
show("ping", client.ping, 10, "Grüße")
if step == "issue":
    show("wrong password", client.signInWithPassword, "m0", "local", user, "not the password", SessionOptions("1.1"))
    show("no session", client.getStatus, "m0", "none")
token = client.signInWithPassword("m1", "local", user, password, SessionOptions("1.1", "en")).accessToken
if step == "issue":
    meter = MeterConfigIn(**METER)
    moving = MeterConfigIn(newConfig=MeterConfigAmendment(201457, 2, 1), allow3Kct=True, **METER)
    unknown = MeterConfigIn(**dict(METER, sgc=999999))
    show("status", client.getStatus, "m2", token)
    credit = show("credit", client.issueCreditToken, "peer-credit", token, meter, 0, 102.0, TIME,
                  TokenIssueFlags.EXTERNAL_CLOCK)
    show("management", client.issueMseToken, "peer-mse", token, meter, 0, 2500.0, TIME + 60,
         TokenIssueFlags.EXTERNAL_CLOCK)
    show("key change", client.issueKeyChangeTokens, "peer-kct", token, meter, MeterConfigAmendment(201457, 3, 1))
    show("meter test", client.issueMeterTestToken, "peer-test", token, 0, 68719476735, 0)
    show("moving credit", client.issueCreditToken, "peer-moving", token, moving, 0, 50.0, 0, 0)
    show("verify", client.verifyToken, "m3", token, meter, credit[0]["tokenDec"])
    show("parse", client.parseIdRecord, "m4", token, credit[0]["pan"] + "00000207201457011")
    show("unknown key", client.issueCreditToken, "peer-unknown", token, unknown, 0, 50.0, 0, 0)
    show("fraction", client.issueCreditToken, "peer-fraction", token, meter, 0, 0.5, 0, 0)
    show("licence", client.loadTransactionLicense, "m5", token, "text")
for earlier in ("peer-credit", "peer-mse", "peer-kct", "peer-moving", "peer-unknown"):
    show("fetch " + earlier, client.fetchTokenResult, "m6", token, earlier)
transport.close()
