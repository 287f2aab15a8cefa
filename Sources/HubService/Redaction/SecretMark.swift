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

    static func all(in text: String) -> Set<SecretMark> {
        var text = text
        return text.withUTF8 { bytes in
            var found: Set<SecretMark> = []
            table.withUnsafeBufferPointer { table in
                for start in bytes.indices {
                    let byte = lowered(bytes[start])
                    if byte == UInt8(ascii: ":"), followsDigits(bytes, start) { found.insert(.digitColon) }
                    let words = table[Int(byte)]
                    if words.isEmpty { continue }
                    for word in words where matches(word.bytes, bytes, start) { found.insert(word.mark) }
                }
            }
            return found
        }
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
