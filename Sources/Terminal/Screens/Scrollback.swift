/// The text of lines that scrolled away, oldest first, in one buffer; bounded in lines and in bytes.
struct Scrollback {
    let maximumLines: Int
    private let maximumBytes: Int
    private var bytes: [UInt8] = []
    /// Where each line ends in `bytes`; those before `first` are gone.
    private var ends: [Int] = []
    private var first = 0

    /// - Parameter maximumLines: also bounds the bytes, at 256 a line on average.
    init(maximumLines: Int) {
        self.maximumLines = max(0, maximumLines)
        maximumBytes = self.maximumLines * 256
    }

    var count: Int { ends.count - first }

    mutating func append(_ line: some Sequence<UInt8>) {
        guard maximumLines > 0 else { return }
        bytes.append(contentsOf: line)
        ends.append(bytes.count)
        while count > maximumLines || bytes.count - start(of: first) > maximumBytes { first += 1 }
        // Moving the rest to the front once in many lines costs little for each.
        if first > 64, first > ends.count / 4 {
            let offset = start(of: first)
            bytes.removeFirst(offset)
            ends.removeFirst(first)
            for index in ends.indices { ends[index] -= offset }
            first = 0
        }
    }

    func last(_ wanted: Int) -> [String] {
        (max(first, ends.count - max(0, wanted))..<ends.count).map { String(decoding: bytes[start(of: $0)..<ends[$0]], as: UTF8.self) }
    }

    private func start(of line: Int) -> Int { line == 0 ? 0 : ends[line - 1] }
}
