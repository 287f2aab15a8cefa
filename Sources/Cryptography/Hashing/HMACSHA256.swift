import COpenSSL

/// HMAC-SHA256 (RFC 2104).
package enum HMACSHA256 {
    /// The 32 bytes that authenticate `message` under `key`, which may have any length.
    package static func code(for message: some Collection<UInt8>, key: some Collection<UInt8>) -> [UInt8] {
        // RFC 2104, section 2: a key longer than a block is hashed first. Doing so here keeps every length within C's `int`.
        let key = key.count > SHA256.blockByteCount ? SHA256.digest(of: key) : Array(key)
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        withPointer(to: key) { key, keyCount in
            withPointer(to: message) { message, messageCount in
                guard HMAC(EVP_sha256(), key, Int32(keyCount), message, messageCount, &code, nil) != nil else { outOfMemory("HMAC") }
            }
        }
        return code
    }

    /// Whether `code` authenticates `message` under `key`, found out in a time that says nothing about the right code.
    package static func isValid(
        _ code: some Collection<UInt8>, for message: some Collection<UInt8>, key: some Collection<UInt8>
    ) -> Bool {
        isEqualInConstantTime(code, self.code(for: message, key: key))
    }
}
