//! bcrypt that can be left between any two of its rounds, so that a thread which hashes need not hold a processor
//! for the fifth of a second that it takes. The cipher and its key schedule are RustCrypto's, as in the bcrypt crate, with
//! which the tests compare.

use blowfish::Blowfish;
use zeroize::Zeroizing;

/// The most bytes of a key that the cipher takes.
const KEY: usize = 72;
/// "OrpheanBeholderScryDoubt", which is what gets encrypted.
const TEXT: [u32; 6] = [0x4f72_7068, 0x6561_6e42, 0x6568_6f6c, 0x6465_7253, 0x6372_7944, 0x6f75_6274];

/// The 23 bytes that a password comes to; `between` is called after each of the 2^`cost` rounds. What is longer than 72
/// bytes is cut, as bcrypt does.
pub(super) fn bcrypt(cost: u32, salt: [u8; 16], password: &[u8], between: &mut dyn FnMut()) -> [u8; 23] {
    // The NUL at the end of a C string is part of the key, if there is room for it.
    let mut key = Zeroizing::new([0; KEY]);
    let length = (password.len() + 1).min(KEY);
    for (byte, given) in key.iter_mut().zip(password) {
        *byte = *given;
    }
    let key = key.get(..length).unwrap_or_default();
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, key);
    for _ in 0..1_u64 << cost {
        state.bc_expand_key(key);
        state.bc_expand_key(&salt);
        between();
    }
    let mut out = [0; 24];
    for (block, words) in out.chunks_exact_mut(8).zip(TEXT.chunks_exact(2)) {
        let words = words.first().zip(words.last()).map_or([0; 2], |(left, right)| [*left, *right]);
        let [left, right] = (0..64).fold(words, |words, _| state.bc_encrypt(words));
        block.copy_from_slice(&((u64::from(left) << 32) | u64::from(right)).to_be_bytes());
    }
    // The last byte is left out, by whoever wrote it first.
    let [kept @ .., _] = out;
    kept
}
