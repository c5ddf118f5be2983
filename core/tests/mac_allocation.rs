//! Making a MAC header takes nothing from the heap.

use allocation_counter::measure;
use tdsauth_core::mac::{Algorithm, Input, MacKey, write_header};
use tdsauth_core::nonce::Nonce;

fn taken(work: impl FnOnce()) -> u64 {
    measure(work).count_total
}

#[test]
fn the_counter_sees_an_allocation() {
    assert_eq!(taken(|| drop(std::hint::black_box(Box::new(1)))), 1);
}

#[test]
fn a_header_with_a_fresh_nonce_allocates_nothing() {
    let secret = "k".repeat(300);
    let url = format!("https://open.tapapis.cn/{}?client_id=abc", "path/".repeat(200));
    let key_id = "i".repeat(1000);
    let mut out = vec![0; 4096];
    let calls = taken(|| {
        // More than one refill of the nonce pool.
        for _ in 0..200 {
            for algorithm in [Algorithm::HmacSha1, Algorithm::HmacSha256] {
                let nonce = Nonce::fresh().unwrap();
                let key = MacKey::new(algorithm, secret.as_bytes()).unwrap();
                let (key_id, url) = (key_id.as_bytes(), url.as_bytes());
                let (nonce, ext, ts) = (nonce.as_bytes(), b"a,b", 1_618_221_750);
                let input = Input { key_id, method: b"post", url, ts, nonce, ext };
                let len = write_header(&key, &input, &mut out).unwrap();
                assert!(len > 1000);
                // A buffer that is too short, too.
                assert_eq!(write_header(&key, &input, &mut []).unwrap(), len);
            }
        }
    });
    assert_eq!(calls, 0);
}
