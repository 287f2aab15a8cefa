extension AESGCM {
    /// A key of 256 bits. Prints as `***`.
    package struct Key: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        package static let byteCount = 32

        let bytes: [UInt8]

        /// - Throws: ``Failure/keyLength(byteCount:)`` unless there are 32 bytes.
        package init(_ bytes: some Collection<UInt8>) throws(Failure) {
            guard bytes.count == Self.byteCount else { throw .keyLength(byteCount: bytes.count) }
            self.bytes = Array(bytes)
        }

        private init(unchecked bytes: [UInt8]) {
            self.bytes = bytes
        }

        package static func random() -> Key {
            Key(unchecked: SecureRandom.bytes(byteCount))
        }

        /// The 32 bytes, for the file that keeps them.
        package var revealed: [UInt8] { bytes }

        package var description: String { Secret.mask }
        package var debugDescription: String { Secret.mask }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
}
