import COpenSSL

/// The scrypt key derivation of RFC 7914.
package enum Scrypt {
    package enum Failure: Error, Equatable, Sendable {
        /// A parameter outside RFC 7914 section 2, or more work or memory than ``Parameters/maximumMemory`` and its like allow.
        case parameters(Parameters)
        /// A derived key has 1 to 1024 bytes here; `byteCount` were asked for.
        case keyLength(byteCount: Int)
    }

    /// Derives `byteCount` bytes. Takes tens of milliseconds and blocks its thread meanwhile.
    package static func derive(
        from password: some Collection<UInt8>, salt: some Collection<UInt8>, _ parameters: Parameters, byteCount: Int
    ) throws(Failure) -> [UInt8] {
        guard parameters.areAllowed else { throw .parameters(parameters) }
        guard (1...1024).contains(byteCount) else { throw .keyLength(byteCount: byteCount) }
        var key = [UInt8](repeating: 0, count: byteCount)
        let status = withPointer(to: password) { password, passwordCount in
            withPointer(to: salt) { salt, saltCount in
                password.withMemoryRebound(to: CChar.self, capacity: passwordCount) { password in
                    EVP_PBE_scrypt(
                        password, passwordCount, salt, saltCount, 1 << parameters.costExponent, UInt64(parameters.blockSize),
                        UInt64(parameters.parallelism), UInt64(2 * Parameters.maximumMemory), &key, byteCount)
                }
            }
        }
        guard status == 1 else { throw .parameters(parameters) }
        return key
    }
}
