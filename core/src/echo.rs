//! Refusals that repeat what they were sent, as proxies do which show the request they refuse. The
//! words of a refusal go into messages and the log, so what was secret is blanked first.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::account::row;
use crate::transport::{Request, Response};
use crate::{form, taptap};

const HEADERS: [&str; 4] = ["X-LC-Session", "X-LC-Key", "X-LC-Sign", "Authorization"];
/// In a JSON body, however short.
const MEMBERS: [&str; 5] = [
    "/password",
    "/authData/anonymous/id",
    "/authData/taptap/kid",
    "/authData/taptap/access_token",
    "/authData/taptap/mac_key",
];
/// Any other text of a platform may be its token, if it is not shorter than this.
const TOKEN_MIN: usize = 8;
/// In a form body.
const FIELDS: [&str; 3] = ["code", "code_verifier", "token"];

type Texts = Vec<Zeroizing<String>>;

/// Blanks what was secret in `request` wherever a refusal repeats it: as it is, as a form or as a
/// JSON text spells it. An answer that is no refusal stays as it is, since secrets belong into it.
pub fn blank(request: &Request, response: &mut Response) {
    let is_form = |value: &str| value == form::CONTENT_TYPE;
    let to_taptap = request.headers.iter().any(|(name, value)| {
        *name == "Authorization" || (*name == "Content-Type" && is_form(value))
    });
    let refused = response.status >= 400 || (to_taptap && taptap::Answer::read(response).is_err());
    if !refused {
        return;
    }
    let mut secrets: Texts = secrets(request).iter().flat_map(|text| spellings(text)).collect();
    secrets.retain(|secret| !secret.is_empty());
    for at in 0..response.body.len() {
        let Some(rest) = response.body.get_mut(at..) else { return };
        for secret in &secrets {
            if rest.starts_with(secret.as_bytes()) {
                rest.iter_mut().take(secret.len()).for_each(|byte| *byte = b'*');
            }
        }
    }
}

fn secrets(request: &Request) -> Texts {
    let mut found = Texts::new();
    let mut add = |text: &str| found.push(Zeroizing::new(text.to_owned()));
    for (_, value) in request.headers.iter().filter(|(name, _)| HEADERS.contains(name)) {
        add(value);
        // The parts of a MAC header that are no public ones: id and mac.
        for part in ["id=\"", ",mac=\""] {
            let value = value.split_once(part).and_then(|(_, rest)| rest.split('"').next());
            value.map(&mut add);
        }
    }
    let Ok(body) = std::str::from_utf8(&request.body) else { return found };
    match serde_json::from_slice::<Value>(body.as_bytes()) {
        Ok(body) => {
            let members = MEMBERS.into_iter().filter_map(|path| body.pointer(path)?.as_str());
            members.for_each(&mut add);
            let platforms = body.pointer("/authData").and_then(Value::as_object);
            for data in platforms.into_iter().flat_map(|all| all.values()) {
                let texts = data.as_object().into_iter().flat_map(|data| data.values());
                texts.filter_map(Value::as_str).filter(|t| t.len() >= TOKEN_MIN).for_each(&mut add);
            }
        }
        Err(_) => {
            let values = FIELDS.into_iter().filter_map(|name| form::field(body, name));
            values.for_each(|value| add(&value));
        }
    }
    found
}

/// How others may write `text`.
fn spellings(text: &str) -> [Zeroizing<String>; 4] {
    let json = row::json(&Value::from(text));
    let json = json.strip_prefix('"').and_then(|j| j.strip_suffix('"')).unwrap_or_default();
    [
        // Longest first: a shorter one would leave its rest behind.
        form::escaped(text),
        json.replace('/', "\\/"),
        json.to_owned(),
        text.to_owned(),
    ]
    .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::endpoint::read;
    use crate::secret::Secret;
    use crate::taptap::{Answer, Attempt, Endpoint, Place, Region, Token};

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_refusal_that_repeats_secrets_is_blanked() {
        let request = Request {
            method: "GET",
            url: String::new(),
            headers: vec![("X-LC-Id", "app".to_owned()), ("X-LC-Session", "t0ken".to_owned())],
            body: br#"{"authData":{"anonymous":{"id":"gu3st"}}}"#.to_vec(),
        };
        let mut refusal = answer(400, r#"{"code":1,"error":"app t0ken, gu3st gu3s t0ken"}"#);
        blank(&request, &mut refusal);
        let message = read(&refusal).unwrap_err().message.clone();
        assert_eq!(message, "the server answered 400: app *****, ***** gu3s *****");
        let mut row = answer(200, r#"{"sessionToken":"t0ken"}"#);
        blank(&request, &mut row);
        assert_eq!(row.body, br#"{"sessionToken":"t0ken"}"#);
    }

    #[test]
    fn what_any_platform_says_and_a_password_are_blanked_too() {
        let body = r#"{"authData":{"lc_apple":{"identity_token":"eyJ.abc.def","uid":"u"}},"password":"pw1"}"#;
        let request = Request {
            method: "POST",
            url: String::new(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let mut refusal = answer(400, r#"{"code":251,"error":"eyJ.abc.def of u, pw1"}"#);
        blank(&request, &mut refusal);
        let message = read(&refusal).unwrap_err().message.clone();
        assert_eq!(message, "the server answered 400: *********** of u, ***");
    }

    fn token() -> Token {
        Token::import(r#"{"kid":"1/s3cret+kid=","mac_key":"s3cret-key"}"#).unwrap()
    }

    /// The request in each spelling, as a proxy could quote it.
    fn quotes(request: &Request) -> Vec<String> {
        let mut all = request.headers.iter().map(|(_, v)| v.clone()).collect::<Vec<_>>();
        let body = String::from_utf8(request.body.clone()).unwrap();
        for pair in body.split('&') {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            all.push(value.replace("%2F", "/").replace("%2B", "+").replace("%3D", "="));
        }
        all.push(body);
        all
    }

    #[test]
    fn no_secret_of_a_call_to_taptap_comes_back() {
        let endpoint = Endpoint::of(Region::Cn, "demo", "ua");
        let attempt = Attempt {
            state: Secret::new("s3cret-state"),
            verifier: Secret::new("s3cret~verifier/"),
            redirect_uri: "tapoauth://authorize".to_owned(),
            scopes: "public_profile".to_owned(),
        };
        let code = Secret::new("s3cret/code+=");
        let data = serde_json::json!({"authData": {"taptap": token().to_row()}});
        let requests = [
            endpoint.exchange(&attempt, &code),
            endpoint.refresh(&token()),
            endpoint.profile(&token(), 1, "n0nce").unwrap(),
            Request {
                method: "POST",
                url: String::new(),
                headers: vec![("Content-Type", "application/json".to_owned())],
                body: data.to_string().into_bytes(),
            },
        ];
        let mac = token().mac_header("GET", &requests[2].url, 1, "n0nce").unwrap();
        let mac = mac.expose().split("mac=\"").nth(1).unwrap().trim_end_matches('"').to_owned();
        for (at, request) in requests.iter().enumerate() {
            for quote in quotes(request) {
                let json =
                    serde_json::json!({"error": "x", "error_description": quote}).to_string();
                for body in [json.clone(), json.replace('/', "\\/")] {
                    for status in [200, 400, 401, 500] {
                        let mut refusal = answer(status, &body);
                        blank(request, &mut refusal);
                        let text = match (Answer::read(&refusal), at) {
                            (Err(refused), 0..=2) => refused.error(Place::Signed).message.clone(),
                            // An account server's answer with 200 is a row.
                            _ if status == 200 => continue,
                            _ => read(&refusal).unwrap_err().message.clone(),
                        };
                        let text = text.replace("%2F", "/").replace("%2B", "+");
                        assert!(!text.contains("s3cret") && !text.contains(&mac), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_answer_that_carries_what_was_sent_keeps_it() {
        let endpoint = Endpoint::of(Region::Cn, "demo", "ua");
        let body = r#"{"data":{"kid":"1/s3cret+kid=","mac_key":"k"},"success":true}"#;
        let mut same = answer(200, body);
        blank(&endpoint.refresh(&token()), &mut same);
        assert_eq!(same.body, body.as_bytes());
    }
}
