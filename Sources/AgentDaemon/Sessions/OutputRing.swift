/// The last bytes of a stream, by their offset from its beginning. Takes memory only as it fills.
struct OutputRing: Sendable {
    private let capacity: Int
    private var storage: [UInt8] = []
    /// The offset behind the last byte.
    private(set) var end: Int64 = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// The offset of the oldest byte that is still there.
    var start: Int64 { end - Int64(storage.count) }

    mutating func append(_ bytes: some Collection<UInt8>) {
        var bytes = bytes[...]
        end += Int64(bytes.count)
        let room = capacity - storage.count
        if storage.count < capacity {
            storage += bytes.prefix(room)
            bytes = bytes.dropFirst(room)
        }
        guard !bytes.isEmpty else { return }
        // Full: the byte of offset n lies at n modulo the capacity.
        var place = Int((end - Int64(bytes.count)) % Int64(capacity))
        for byte in bytes {
            storage[place] = byte
            place = place + 1 == capacity ? 0 : place + 1
        }
    }

    /// Up to `count` bytes from `offset` on, which must not lie before ``start``.
    func bytes(from offset: Int64, count: Int) -> [UInt8] {
        guard offset >= start, offset < end, count > 0 else { return [] }
        let length = Int(min(Int64(count), end - offset))
        if storage.count < capacity {
            let place = Int(offset - start)
            return Array(storage[place..<place + length])
        }
        let place = Int(offset % Int64(capacity))
        let first = min(length, capacity - place)
        return Array(storage[place..<place + first]) + storage[..<(length - first)]
    }
}
