//! AWS on the loopback: an HTTP server that answers as it is told, and remembers what it was asked.

#![allow(dead_code, reason = "every test file uses its own part")]

pub(crate) mod account;
mod regional;
mod untyped;

#[allow(unused_imports, reason = "every test file uses its own part")]
pub(crate) use regional::alarms;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use iam_fetch::{Access, Credentials, Pace, Request};

/// What a client asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The service's name in signatures.
    pub(crate) service: String,
    /// The id of the access key that it is signed with.
    pub(crate) key: String,
    pub(crate) region: String,
    pub(crate) operation: String,
    /// Fields of the form, of the query, and of the JSON body at its top level.
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) path: String,
    /// The request as it came, for those who hand it on.
    pub(crate) raw: Raw,
}

#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delay: Duration,
    /// Whether the connection ends in the middle of the body.
    pub(crate) cut: bool,
}

impl Reply {
    pub(crate) fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            cut: false,
        }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl Asked {
    /// What the answer to this is about.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// AWS's refusal, in the form of the service's protocol.
    pub(crate) fn error(&self, status: u16, code: &str, message: &str) -> Reply {
        match self.service.as_str() {
            "iam" | "sts" | "sns" | "rds" => Reply::ok(
                "text/xml",
                format!(
                    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                     <RequestId>r</RequestId></ErrorResponse>"
                ),
            ),
            "ec2" => Reply::ok(
                "text/xml",
                format!(
                    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                     <RequestID>r</RequestID></Response>"
                ),
            ),
            "monitoring" => regional::cbor(&serde_json::json!({"__type": code, "message": message})),
            "s3" | "s3express" => Reply::ok(
                "application/xml",
                format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
            ),
            _ => {
                let mut reply = Reply::ok(
                    "application/json",
                    format!("{{\"__type\": \"{code}\", \"message\": \"{message}\"}}"),
                );
                reply.headers.push(("x-amzn-errortype".to_owned(), code.to_owned()));
                reply
            }
        }
        .with_status(status)
    }

    /// That the permission is missing, in AWS's words.
    pub(crate) fn denied(&self) -> Reply {
        let code = match self.service.as_str() {
            "iam" | "sts" | "s3" | "s3express" | "rds" => "AccessDenied",
            "ec2" => "UnauthorizedOperation",
            _ => "AccessDeniedException",
        };
        let message = format!(
            "User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: {}:{} on resource: * because no \
             identity-based policy allows the action",
            self.service, self.operation
        );
        self.error(403, code, &message)
    }
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A server that runs until the test ends.
pub(crate) struct Fake {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    pub(crate) fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answer: Arc<Answer> = Arc::new(answer);
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                thread::spawn(move || serve(&stream, &*answer, &seen));
            }
        });
        Self { port, asked }
    }

    /// The account of [`account::answer`], with other answers where `other` has some.
    pub(crate) fn account(other: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::start(move |asked| other(asked).unwrap_or_else(|| account::answer(asked)))
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.asked().iter().filter(|asked| asked.operation == operation).count()
    }

    /// A request that is sent here, with short waits.
    pub(crate) fn request(&self, directory: &std::path::Path, only: &[&str]) -> Request {
        Request {
            directory: directory.to_owned(),
            only: only.iter().map(|name| (*name).to_owned()).collect(),
            regions: vec!["eu-west-1".to_owned()],
            archive: None,
            is_member: false,
            access: self.access(),
            pace: quick(),
        }
    }

    pub(crate) fn access(&self) -> Access {
        Access {
            region: Some("us-east-1".to_owned()),
            endpoint: Some(self.endpoint()),
            credentials: Some(Credentials {
                access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
                secret_access_key: SECRET.to_owned(),
                session_token: Some(TOKEN.to_owned()),
            }),
            ..Access::default()
        }
    }
}

/// The secret of AWS's documentation, which must not turn up anywhere.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN";

pub(crate) fn quick() -> Pace {
    Pace {
        attempts: 3,
        backoff: Duration::from_millis(1),
        call_timeout: Duration::from_secs(5),
        poll: Duration::from_millis(5),
        report_deadline: Duration::from_secs(1),
        lookup_pause: Duration::from_millis(1),
        ..Pace::default()
    }
}

fn serve(stream: &TcpStream, answer: &Answer, seen: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(raw) = read(&mut reader) {
        let asked = understood(raw);
        seen.lock().unwrap().push(asked.clone());
        let reply = answer(&asked);
        thread::sleep(reply.delay);
        if write(stream, &reply).is_err() || reply.cut {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Raw> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(Raw { method, target, headers, body })
}

fn write(mut stream: &TcpStream, reply: &Reply) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
    for (name, value) in &reply.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    let body = if reply.cut { &reply.body[..reply.body.len() / 2] } else { &reply.body };
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat())
}

fn understood(raw: Raw) -> Asked {
    let header =
        |name: &str| raw.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str());
    // Credential=AKIA.../20260115/us-east-1/iam/aws4_request, SignedHeaders=...
    let scope: Vec<&str> =
        header("authorization").split("Credential=").nth(1).unwrap_or_default().split('/').collect();
    let part = |place: usize| scope.get(place).copied().unwrap_or_default().to_owned();
    let (path, query) = raw.target.split_once('?').unwrap_or((&raw.target, ""));
    let body = String::from_utf8_lossy(&raw.body).into_owned();
    let mut fields = form(query);
    let mut operation = String::new();
    if let Some(target) = header("x-amz-target").rsplit('.').next().filter(|target| !target.is_empty()) {
        target.clone_into(&mut operation);
    } else if header("content-type").starts_with("application/x-www-form-urlencoded") {
        fields.extend(form(&body));
        operation = fields.get("Action").cloned().unwrap_or_default();
    } else if let Some((_, name)) = path.split_once("/operation/") {
        name.clone_into(&mut operation);
    }
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_str(&body) {
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        fields.extend(object.into_iter().map(|(name, value)| (name, text(value))));
    }
    if operation.is_empty() {
        rest_operation(&part(3), &raw.method, path, query).clone_into(&mut operation);
    }
    Asked {
        service: part(3),
        key: part(0),
        region: part(2),
        operation,
        fields,
        path: percent_decoded(path),
        raw,
    }
}

/// The operation of services whose requests name none. Source: the services' API references.
fn rest_operation(service: &str, method: &str, path: &str, query: &str) -> &'static str {
    let parts: Vec<&str> = path.trim_matches('/').split('/').filter(|part| !part.is_empty()).collect();
    match (service, method, parts.as_slice()) {
        ("access-analyzer", "GET", ["analyzer"]) => "ListAnalyzers",
        ("access-analyzer", "PUT", ["analyzer"]) => "CreateAnalyzer",
        ("access-analyzer", "GET", ["analyzer", _]) => "GetAnalyzer",
        ("access-analyzer", "DELETE", ["analyzer", _]) => "DeleteAnalyzer",
        ("access-analyzer", "GET", ["analyzer", _, "archive-rule"]) => "ListArchiveRules",
        ("access-analyzer", "PUT", ["analyzer", _, "archive-rule"]) => "CreateArchiveRule",
        ("access-analyzer", "DELETE", ["analyzer", _, "archive-rule", _]) => "DeleteArchiveRule",
        ("access-analyzer", "PUT", ["archive-rule"]) => "ApplyArchiveRule",
        ("access-analyzer", "POST", ["findingv2"]) => "ListFindingsV2",
        ("access-analyzer", "GET", ["findingv2", _]) => "GetFindingV2",
        ("access-analyzer", "PUT", ["finding"]) => "UpdateFindings",
        ("access-analyzer", "POST", ["resource", "scan"]) => "StartResourceScan",
        ("account", "POST", ["listRegions"]) => "ListRegions",
        ("backup", "GET", ["backup-vaults"]) => "ListBackupVaults",
        ("backup", "GET", ["backup-vaults", _, "access-policy"]) => "GetBackupVaultAccessPolicy",
        ("elasticfilesystem", "GET", [_, "file-systems"]) => "DescribeFileSystems",
        ("elasticfilesystem", "GET", [_, "file-systems", _, "policy"]) => "DescribeFileSystemPolicy",
        ("es", "GET", [_, "domain"]) => "ListDomainNames",
        ("es", "GET", [_, "opensearch", "domain", _]) => "DescribeDomain",
        ("glacier", "GET", ["-", "vaults"]) => "ListVaults",
        ("glacier", "GET", ["-", "vaults", _, "access-policy"]) => "GetVaultAccessPolicy",
        ("lambda", "GET", [_, "functions"]) => "ListFunctions",
        ("lambda", "GET", [_, "functions", _, "policy"]) => "GetPolicy",
        ("lambda", "GET", [_, "layers"]) => "ListLayers",
        ("lambda", "GET", [_, "layers", _, "versions"]) => "ListLayerVersions",
        ("lambda", "GET", [_, "layers", _, "versions", _, "policy"]) => "GetLayerVersionPolicy",
        ("s3", "GET", ["v20180820", "configuration", "publicAccessBlock"]) => "GetPublicAccessBlock",
        ("s3", "GET", ["v20180820", "accesspoint"]) => "ListAccessPoints",
        ("s3", "GET", ["v20180820", "accesspoint", _]) => "GetAccessPoint",
        ("s3", "GET", ["v20180820", "accesspoint", _, "policy"]) => "GetAccessPointPolicy",
        ("s3express", "GET", []) => "ListDirectoryBuckets",
        ("s3", "GET", []) => "ListBuckets",
        ("s3", "GET", [_]) if query.contains("policyStatus") => "GetBucketPolicyStatus",
        ("s3" | "s3express", "GET", [_]) if query.contains("policy") => "GetBucketPolicy",
        ("s3", "GET", [_]) if query.contains("acl") => "GetBucketAcl",
        ("s3", "GET", [_]) if query.contains("publicAccessBlock") => "GetPublicAccessBlock",
        ("s3", "GET", [_]) if query.contains("location") => "GetBucketLocation",
        ("s3", "GET", [_]) if query.contains("list-type=2") => "ListObjectsV2",
        ("s3", "GET", [_, ..]) => "GetObject",
        _ => "",
    }
}

fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (percent_decoded(name), percent_decoded(&value.replace('+', " "))))
        .collect()
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
