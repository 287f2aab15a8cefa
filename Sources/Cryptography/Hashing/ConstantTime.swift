import COpenSSL

/// Whether both hold the same bytes, in a time that depends on their lengths only.
package func isEqualInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return withPointer(to: left) { left, count in
        withPointer(to: right) { right, _ in CRYPTO_memcmp(left, right, count) == 0 }
    }
}
