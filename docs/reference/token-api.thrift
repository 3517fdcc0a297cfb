// The network interface of STS security modules, service TokenApi, as Metermint speaks it, client and server.
// Written from a description of the interface; security-module-api.md says what each method does here.
// Any Thrift compiler makes a client of it:  thrift --gen py token-api.thrift
// Transport: TLS, TFramedTransport, TBinaryProtocol (strict).

namespace java org.metermint.tokenapi
namespace py metermint_token_api

// Bits of `flags`.
enum TokenIssueFlags {
  EXTERNAL_CLOCK = 1,    // tokenTime is the token's time; without it the module's clock is
  TID_ADJUST_BDT = 2,    // count the token identifier from the vending key's base date
  SPECIAL_RESERVED = 4   // take the reserved minute; refused here
}

// The answer "no": a code for programs, a sentence for people.
exception ApiException {
  1: required string eCode,
  2: required string eMsgEn
}

struct Alert {
  1: required string eCode,
  2: required string eMsgEn
}

struct NodeStatus {
  1: required map<string,string> info,
  2: required list<Alert> alerts
}

struct SessionOptions {
  1: required string version,    // 1.1
  10: optional string culture
}

struct SignInResult {
  1: required string accessToken    // opaque; goes into every call
}

// The key that a meter shall hold after a key change.
struct MeterConfigAmendment {
  1: required i32 toSgc,
  2: required i16 toKrn,
  3: required i16 toTi
}

// A meter and the key that it holds. An optional flag that is left out counts as false.
struct MeterConfigIn {
  1: required string drn,     // 11 or 13 digits, or the PAN of 18
  2: required i16 ea,         // 7 or 11
  3: required i16 tct,
  10: required i32 sgc,
  11: required i16 krn,
  12: required i16 ti,
  20: optional MeterConfigAmendment newConfig,
  21: optional bool allowKrnUpdate,
  30: required i16 ken,
  31: optional string doe,    // YYMM, or 0000
  32: optional bool allow3Kct,
  33: optional bool allowKenUpdate
}

// What to record of a meter once its key change tokens are entered.
struct MeterConfigAdvice {
  1: required i32 toSgc,
  2: required i16 toKrn,
  3: required i16 toTi,
  4: required i16 toKen,
  10: required string idRecord,
  11: required string record2,
  20: required bool rollover,
  21: required string toVkKcv
}

// A token of class 0 or 2.
struct Token {
  1: required string drn,
  2: required string pan,
  3: required i16 ea,
  4: required i16 tct,
  5: required i32 sgc,
  6: required i16 krn,
  7: required i16 ti,
  10: required i16 tokenClass,
  11: required i16 subclass,
  12: required i32 tid,
  13: required double transferAmount,
  14: required bool isReservedTid,
  15: optional MeterConfigAdvice newConfig,    // on the first token of a key change set
  20: required string description,
  21: required string stsUnitName,
  22: required string scaledAmount,
  23: required string scaledUnitName,
  30: required string tokenDec,    // 20 digits
  31: required string tokenHex,    // 17 hexadecimal digits
  40: required string idSm,
  41: required string vkKcv        // 6 hexadecimal digits
}

// A token of class 1.
struct MeterTestToken {
  1: required string drn,
  2: required string pan,
  10: required i16 tokenClass,
  11: required i16 subclass,
  12: required i64 control,
  13: required i16 mfrcode,
  20: required string description,
  30: required string tokenDec,
  31: required string tokenHex
}

struct VerifyResult {
  1: required string validationResult,    // EVerify.Ok, or why not
  2: optional Token token,
  3: optional MeterTestToken meterTestToken
}

service TokenApi {
  string ping(
    1: required i32 sleepMs,
    2: required string echo
  ) throws (1: ApiException fault),

  SignInResult signInWithPassword(
    1: required string messageId,
    2: required string realm,
    3: required string username,
    4: required string password,
    5: required SessionOptions sessionOpts
  ) throws (1: ApiException fault),

  list<NodeStatus> getStatus(
    1: required string messageId,
    2: required string accessToken
  ) throws (1: ApiException fault),

  MeterConfigIn parseIdRecord(
    1: required string messageId,
    2: required string accessToken,
    3: required string idRecord
  ) throws (1: ApiException fault),

  bool loadTransactionLicense(
    1: required string messageId,
    2: required string accessToken,
    3: required string licenseText
  ) throws (1: ApiException fault),

  list<Token> issueCreditToken(
    1: required string messageId,
    2: required string accessToken,
    3: required MeterConfigIn meterConfig,
    4: required i16 subclass,
    5: required double transferAmount,
    6: required i64 tokenTime,
    7: required i64 flags
  ) throws (1: ApiException fault),

  MeterTestToken issueMeterTestToken(
    1: required string messageId,
    2: required string accessToken,
    3: required i16 subclass,
    4: required i64 control,
    5: required i16 mfrcode
  ) throws (1: ApiException fault),

  list<Token> issueMseToken(
    1: required string messageId,
    2: required string accessToken,
    3: required MeterConfigIn meterConfig,
    4: required i16 subclass,
    5: required double transferAmount,
    6: required i64 tokenTime,
    7: required i64 flags
  ) throws (1: ApiException fault),

  list<Token> issueKeyChangeTokens(
    1: required string messageId,
    2: required string accessToken,
    3: required MeterConfigIn meterConfig,
    4: required MeterConfigAmendment newConfig
  ) throws (1: ApiException fault),

  VerifyResult verifyToken(
    1: required string messageId,
    2: required string accessToken,
    3: required MeterConfigIn meterConfig,
    4: required string tokenDec
  ) throws (1: ApiException fault),

  list<Token> issueDitkChangeTokens(
    1: required string messageId,
    2: required string accessToken,
    3: required MeterConfigIn meterConfig
  ) throws (1: ApiException fault),

  list<Token> fetchTokenResult(
    1: required string messageId,
    2: required string accessToken,
    3: required string reqMessageId
  ) throws (1: ApiException fault),

  list<string> ctsResetTidList(
    1: required string messageId,
    2: required string accessToken,
    3: required string panPattern
  ) throws (1: ApiException fault)
}
