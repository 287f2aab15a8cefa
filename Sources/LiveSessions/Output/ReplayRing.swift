/// The last output of one terminal, for those who begin to watch or come back. Offsets count the bytes that people may see.
struct ReplayRing {
    private let capacity: Int
    private var chunks: [OutputChunk] = []
    private var first = 0
    private var count = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func append(_ chunk: OutputChunk) {
        chunks.append(chunk)
        count += chunk.bytes.count
        while count > capacity, first < chunks.count - 1 {
            count -= chunks[first].bytes.count
            first += 1
        }
        if first > 64, first > chunks.count / 2 {
            chunks.removeFirst(first)
            first = 0
        }
    }

    /// Behind a hole nothing of before may be replayed as if it belonged together.
    mutating func clear() {
        (chunks, first, count) = ([], 0, 0)
    }

    /// The output from `offset` on; `nil` if its beginning is gone.
    func chunks(from offset: Int64) -> [OutputChunk]? {
        let kept = chunks[first...]
        guard let oldest = kept.first, oldest.offset <= offset else { return nil }
        return kept.compactMap { chunk in
            if chunk.offset >= offset { return chunk }
            let known = Int(offset - chunk.offset)
            return known < chunk.bytes.count ? OutputChunk(offset: offset, bytes: Array(chunk.bytes.dropFirst(known))) : nil
        }
    }
}
