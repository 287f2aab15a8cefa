import COpenSSL

/// The operating system's randomness by way of libcrypto's generator, fit for keys.
///
/// Stops the program where the system gives none, as the standard library's generator does: no key is better than a bad one.
package struct SecureRandom: RandomNumberGenerator, Sendable {
    package init() {}

    package mutating func next() -> UInt64 {
        Self.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let step = min(count - initialized, 1 << 20)
                mustSucceed(RAND_bytes(buffer.baseAddress.map { $0 + initialized }, Int32(step)), "RAND_bytes")
                initialized += step
            }
        }
    }
}
