/// A few bytes without which a text holds no secret of some kind. Found in one pass, without regular expressions.
enum SecretMark: CaseIterable, Hashable {
    case digitColon, orc, sk, gh, githubPat, glpat, xox, akia, aiza, stripe, npm, pypi, hf, jwt, privateKey, authorization, bearer, named
    case url

    /// Any of these, in lower case; letters are compared without regard to case.
    private var words: [StaticString] {
        switch self {
        case .digitColon: []
        case .orc: ["orc_", "orcreg_", "orcapi_"]
        case .sk: ["sk-"]
        case .gh: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]
        case .githubPat: ["github_pat_"]
        case .glpat: ["glpat-"]
        case .xox: ["xox"]
        case .akia: ["akia", "asia"]
        case .aiza: ["aiza"]
        case .stripe: ["k_live_", "k_test_"]
        case .npm: ["npm_"]
        case .pypi: ["pypi-"]
        case .hf: ["hf_"]
        case .jwt: ["eyj"]
        case .privateKey: ["-----begin"]
        case .authorization: ["authorization"]
        case .bearer: ["bearer"]
        case .named: ["key", "secret", "passw", "token"]
        case .url: ["://"]
        }
    }

    private struct Word {
        let bytes: [UInt8]
        let mark: SecretMark
    }

    /// By first byte.
    private static let table: [[Word]] = {
        var table = [[Word]](repeating: [], count: 256)
        for mark in allCases {
            for word in mark.words {
                let bytes = Array(word.description.utf8)
                table[Int(bytes[0])].append(Word(bytes: bytes, mark: mark))
            }
        }
        return table
    }()

    /// Whether a word begins with this byte, in either case, or a mark without words is found by it.
    private static let begins: [Bool] = (0..<256).map { byte in
        let lower = lowered(UInt8(byte))
        return lower == UInt8(ascii: ":") || !table[Int(lower)].isEmpty
    }

    static func all(in text: String) -> Set<SecretMark> {
        var text = text
        return text.withUTF8 { all(in: $0) }
    }

    static func all(in bytes: [UInt8]) -> Set<SecretMark> {
        bytes.withUnsafeBufferPointer { all(in: $0) }
    }

    private static func all(in bytes: UnsafeBufferPointer<UInt8>) -> Set<SecretMark> {
        var found: Set<SecretMark> = []
        begins.withUnsafeBufferPointer { begins in
            for start in bytes.indices where begins[Int(bytes[start])] {
                let byte = lowered(bytes[start])
                if byte == UInt8(ascii: ":"), followsDigits(bytes, start) { found.insert(.digitColon) }
                let words = table[Int(byte)]
                if words.isEmpty { continue }
                for word in words where matches(word.bytes, bytes, start) { found.insert(word.mark) }
            }
        }
        return found
    }

    private static func matches(_ word: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard start + word.count <= bytes.count else { return false }
        var index = 1
        while index < word.count {
            if lowered(bytes[start + index]) != word[index] { return false }
            index += 1
        }
        return true
    }

    private static func followsDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ colon: Int) -> Bool {
        guard colon >= 6 else { return false }
        return bytes[colon - 6..<colon].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension SecretMark {
    /// Whether a secret of this kind has no blank in it.
    private var isToken: Bool {
        switch self {
        case .privateKey, .authorization, .bearer, .named: false
        default: true
        }
    }

    /// The first mark, from the beginning of the word that it stands in.
    static func first(in bytes: ArraySlice<UInt8>) -> (index: Int, isToken: Bool)? {
        bytes.withUnsafeBufferPointer { buffer in
            for start in buffer.indices {
                let byte = lowered(buffer[start])
                var mark: SecretMark? = byte == UInt8(ascii: ":") && followsDigits(buffer, start) ? .digitColon : nil
                mark = mark ?? table[Int(byte)].first { matches($0.bytes, buffer, start) }?.mark
                guard let mark else { continue }
                var index = start
                while index > 0, start - index < 64, isTokenByte(buffer[index - 1]) { index -= 1 }
                return (bytes.startIndex + index, mark.isToken)
            }
            return nil
        }
    }

    /// Whether a mark's word begins so.
    static func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        let tail = bytes.map(lowered)
        return table[Int(lowered(first))].contains { $0.bytes.count > tail.count && $0.bytes.starts(with: tail) }
    }

    /// What keys and tokens are made of.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
