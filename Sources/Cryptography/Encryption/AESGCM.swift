import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags.
package enum AESGCM {
    package enum Failure: Error, Equatable, Sendable {
        /// A key has 32 bytes; this one had `byteCount`.
        case keyLength(byteCount: Int)
        /// A nonce has 12 bytes; this one had `byteCount`.
        case nonceLength(byteCount: Int)
        /// Fewer bytes than a nonce and a tag take: cut off, or never a sealed box.
        case truncated(byteCount: Int)
        /// More than 2 147 483 647 bytes at once.
        case tooLong(byteCount: Int)
        /// The key is another one, or the box or its additional data changed. Nothing of the plaintext is given out.
        case notAuthentic
    }

    /// Encrypts `plaintext` under a fresh random nonce and authenticates it together with `additionalData`, which stays outside the box.
    ///
    /// - Throws: ``Failure/tooLong(byteCount:)``.
    package static func seal(
        _ plaintext: some Collection<UInt8>, with key: Key, authenticating additionalData: some Collection<UInt8> = [UInt8]()
    ) throws(Failure) -> SealedBox {
        try seal(plaintext, with: key, nonce: SecureRandom.bytes(SealedBox.nonceByteCount), authenticating: additionalData)
    }

    /// Encrypts under a nonce of the caller's. A nonce used twice with one key betrays both plaintexts: for tests and fixed protocols.
    ///
    /// - Throws: ``Failure/tooLong(byteCount:)``, ``Failure/nonceLength(byteCount:)``.
    package static func seal(
        _ plaintext: some Collection<UInt8>, with key: Key, nonce: [UInt8],
        authenticating additionalData: some Collection<UInt8> = [UInt8]()
    ) throws(Failure) -> SealedBox {
        guard nonce.count == SealedBox.nonceByteCount else { throw .nonceLength(byteCount: nonce.count) }
        try checkLengths(plaintext.count, additionalData.count)
        let cipher = CipherContext(.encrypt, key: key, nonce: nonce)
        cipher.authenticate(additionalData)
        let ciphertext = cipher.transform(plaintext)
        cipher.finishEncrypting()
        return SealedBox(nonce: nonce, ciphertext: ciphertext, tag: cipher.tag)
    }

    /// The plaintext of `box`.
    ///
    /// - Throws: ``Failure/notAuthentic`` unless key, nonce, ciphertext, tag and `additionalData` are those of ``seal(_:with:authenticating:)``.
    package static func open(
        _ box: SealedBox, with key: Key, authenticating additionalData: some Collection<UInt8> = [UInt8]()
    ) throws(Failure) -> [UInt8] {
        try checkLengths(box.ciphertext.count, additionalData.count)
        let cipher = CipherContext(.decrypt, key: key, nonce: box.nonce)
        cipher.authenticate(additionalData)
        let plaintext = cipher.transform(box.ciphertext)
        guard cipher.finishDecrypting(expecting: box.tag) else { throw .notAuthentic }
        return plaintext
    }

    private static func checkLengths(_ counts: Int...) throws(Failure) {
        for count in counts where count > Int32.max { throw .tooLong(byteCount: count) }
    }
}
