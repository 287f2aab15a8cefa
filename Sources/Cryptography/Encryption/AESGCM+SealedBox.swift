extension AESGCM {
    /// What sealing yields. Stored as nonce, ciphertext and tag, one after the other: ``combined``.
    package struct SealedBox: Equatable, Sendable {
        package static let nonceByteCount = 12
        package static let tagByteCount = 16

        /// 12 bytes, never used twice with one key.
        package let nonce: [UInt8]
        /// As many bytes as the plaintext has.
        package let ciphertext: [UInt8]
        /// 16 bytes.
        package let tag: [UInt8]

        /// The lengths are the caller's promise.
        init(nonce: [UInt8], ciphertext: [UInt8], tag: [UInt8]) {
            (self.nonce, self.ciphertext, self.tag) = (nonce, ciphertext, tag)
        }

        /// - Throws: ``Failure/truncated(byteCount:)`` for fewer than 28 bytes.
        package init(combined bytes: some Collection<UInt8>) throws(Failure) {
            guard bytes.count >= Self.nonceByteCount + Self.tagByteCount else { throw .truncated(byteCount: bytes.count) }
            self.init(
                nonce: Array(bytes.prefix(Self.nonceByteCount)),
                ciphertext: Array(bytes.dropFirst(Self.nonceByteCount).dropLast(Self.tagByteCount)),
                tag: Array(bytes.suffix(Self.tagByteCount)))
        }

        package var combined: [UInt8] { nonce + ciphertext + tag }
    }
}
