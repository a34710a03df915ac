//! What a store says there is in a bucket: as arbitrary text, and as objects with arbitrary keys, which are then read as they
//! were written or refused.

#![no_main]

use arbitrary::Arbitrary;
use countersign_bucket::read_page;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
enum Input<'a> {
    Bytes(&'a [u8]),
    Keys(Vec<(&'a str, u64)>),
    Inner(&'a str),
}

fuzz_target!(|input: Input| {
    match input {
        Input::Bytes(bytes) => drop(read_page(bytes)),
        Input::Inner(inner) => {
            let text = format!("<ListBucketResult><Contents>{inner}</Contents></ListBucketResult>");
            drop(read_page(text.as_bytes()));
        }
        Input::Keys(keys) => {
            let object = |(key, bytes): &(&str, u64)| {
                let key: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
                format!("<Contents><Key>{key}</Key><Size>{bytes}</Size></Contents>")
            };
            let inner: String = keys.iter().map(object).collect();
            let page = read_page(format!("<ListBucketResult>{inner}</ListBucketResult>").as_bytes());
            let page = page.expect("a listing as stores write it is read");
            let found: Vec<(&str, u64)> = page.objects.iter().map(|one| (one.key.as_str(), one.bytes)).collect();
            assert_eq!(found, keys, "a key means what it meant");
        }
    }
});
