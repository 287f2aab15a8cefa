import HubCore

/// Some output as all who watch get it. It is put into its wire form once, however many watch.
package final class OutputChunk: Sendable {
    /// Bytes before it, of what people may see.
    package let offset: Int64
    package let bytes: [UInt8]
    private let encoded = Locked<[UInt8]?>(nil)

    init(offset: Int64, bytes: [UInt8]) {
        (self.offset, self.bytes) = (offset, bytes)
    }

    /// What `encode` made of it the first time.
    package func encoded(_ encode: (OutputChunk) -> [UInt8]) -> [UInt8] {
        if let known = encoded.withLock({ $0 }) { return known }
        let made = encode(self)
        encoded.withLock { $0 = made }
        return made
    }
}
