import COpenSSL

/// SHA-256 (FIPS 180-4): ``digest(of:)`` for bytes at hand, an instance for bytes that arrive in pieces.
///
/// ```swift
/// var hash = SHA256()
/// for piece in pieces { hash.update(piece) }
/// let digest = hash.finish()
/// ```
package struct SHA256: ~Copyable {
    /// Bytes in a digest.
    package static let byteCount = 32
    /// Bytes the function takes at a time; RFC 2104 calls it B.
    static let blockByteCount = 64

    private let context: OpaquePointer

    /// `EVP_sha256()` has the algorithm looked up anew for each hash, which takes longer than hashing a short text.
    ///
    /// `nonisolated(unsafe)`: libcrypto never changes an algorithm that it has handed out (EVP_MD_fetch(3)), and this one is never freed.
    private nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else { outOfMemory("EVP_MD_fetch") }
        return algorithm
    }()

    package init() {
        guard let context = EVP_MD_CTX_new() else { outOfMemory("EVP_MD_CTX_new") }
        self.context = context
        mustSucceed(EVP_DigestInit_ex(context, Self.algorithm, nil), "EVP_DigestInit_ex")
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: some Collection<UInt8>) {
        withPointer(to: bytes) { pointer, count in
            mustSucceed(EVP_DigestUpdate(context, pointer, count), "EVP_DigestUpdate")
        }
    }

    /// The 32 bytes of the digest of everything that ``update(_:)`` was given.
    package consuming func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        mustSucceed(EVP_DigestFinal_ex(context, &digest, nil), "EVP_DigestFinal_ex")
        return digest
    }

    /// The 32 bytes of the digest of `bytes`.
    package static func digest(of bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The 32 bytes of the digest of the UTF-8 of `text`.
    package static func digest(of text: String) -> [UInt8] {
        digest(of: text.utf8)
    }
}
