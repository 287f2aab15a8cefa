import Cryptography
import HubCore

/// The master key and what is derived from it: secrets at rest, and the seal of the audit trail.
package struct Vault: Sendable {
    /// Seals the head of each project's event log.
    package let auditKey: [UInt8]
    private let sealingKey: AESGCM.Key

    /// - Parameter masterKey: 32 bytes.
    /// - Throws: ``AESGCM/Failure`` if it has another length.
    package init(masterKey: [UInt8]) throws {
        guard masterKey.count == AESGCM.Key.byteCount else { throw HubError.invalid("the master key must have 32 bytes") }
        func derived(_ purpose: String) -> [UInt8] { HMACSHA256.code(for: Array(purpose.utf8), key: masterKey) }
        auditKey = derived("orchestratia audit seal")
        sealingKey = try AESGCM.Key(derived("orchestratia secrets at rest"))
    }

    /// Encrypts `secret` for storage; `purpose` must be the same when it is opened.
    package func seal(_ secret: Secret, purpose: String) throws -> [UInt8] {
        try AESGCM.seal(Array(secret.revealed.utf8), with: sealingKey, authenticating: Array(purpose.utf8)).combined
    }

    /// - Throws: if the bytes were changed, or sealed under another master key.
    package func open(_ sealed: [UInt8], purpose: String) throws -> Secret {
        let box = try AESGCM.SealedBox(combined: sealed)
        return Secret(String(decoding: try AESGCM.open(box, with: sealingKey, authenticating: Array(purpose.utf8)), as: UTF8.self))
    }
}

/// How secrets that come in are looked up: by the SHA-256 of their text, in hexadecimal.
package func credentialHash(of secret: String) -> String {
    Hex.encode(SHA256.digest(of: secret))
}
