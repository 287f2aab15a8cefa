/// A password as it is stored: salt and scrypt key with the parameters that made it, so that they can grow with the years.
///
/// The text is a PHC string: `$scrypt$ln=15,r=8,p=3$<salt>$<key>`, both in Base64 without padding.
package struct PasswordHash: Equatable, Sendable {
    static let saltByteCount = 16
    static let keyByteCount = 32

    package let parameters: Scrypt.Parameters
    let salt: [UInt8]
    let key: [UInt8]

    /// Hashes `password` under a fresh salt. Takes ``Scrypt/Parameters``' time: keep it off the cooperative pool.
    ///
    /// - Throws: ``Scrypt/Failure/parameters(_:)`` for parameters that are not allowed.
    package init(of password: Secret, _ parameters: Scrypt.Parameters = .standard) throws(Scrypt.Failure) {
        try self.init(of: password, parameters, salt: SecureRandom.bytes(Self.saltByteCount))
    }

    init(of password: Secret, _ parameters: Scrypt.Parameters, salt: [UInt8]) throws(Scrypt.Failure) {
        self.parameters = parameters
        self.salt = salt
        key = try Scrypt.derive(from: password.revealed.utf8, salt: salt, parameters, byteCount: Self.keyByteCount)
    }

    /// Whether `password` is the one. Compares in constant time; takes as long as hashing did.
    package func matches(_ password: Secret) -> Bool {
        // Parameters and length were checked when this value was made, so deriving does not fail; if it did, nothing matches.
        guard let derived = try? Scrypt.derive(from: password.revealed.utf8, salt: salt, parameters, byteCount: key.count) else {
            return false
        }
        return isEqualInConstantTime(derived, key)
    }
}
