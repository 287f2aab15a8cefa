extension Scrypt {
    /// What a derivation costs.
    package struct Parameters: Hashable, Sendable {
        /// The binary logarithm of N, scrypt's cost: memory and time double with each step.
        package let costExponent: Int
        /// r: the memory taken is 128 · N · r bytes.
        package let blockSize: Int
        /// p: how often the work is done, one after the other.
        package let parallelism: Int

        package init(costExponent: Int, blockSize: Int = 8, parallelism: Int = 1) {
            (self.costExponent, self.blockSize, self.parallelism) = (costExponent, blockSize, parallelism)
        }

        /// N = 2¹⁵, r = 8, p = 3: 32 MiB, one of the equivalent settings of OWASP's Password Storage Cheat Sheet.
        package static let standard = Parameters(costExponent: 15, blockSize: 8, parallelism: 3)

        /// Bytes that one derivation may take, so that a stored hash cannot exhaust the machine that checks it.
        package static let maximumMemory = 256 << 20

        /// Within RFC 7914 and within what one check may cost: each number at most 32, memory at most ``maximumMemory``.
        var areAllowed: Bool {
            (1...20).contains(costExponent) && (1...32).contains(blockSize) && (1...32).contains(parallelism)
                && 128 * blockSize << costExponent <= Self.maximumMemory
                // RFC 7914, section 2: N < 2^(128 · r / 8).
                && costExponent < 16 * blockSize
        }
    }
}
