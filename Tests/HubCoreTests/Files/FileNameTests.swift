import HubCore
import Testing

@Suite struct FileNameTests {
    @Test(
        "leaves a bare name of whatever comes",
        arguments: [
            ("notes.md", "notes.md"), ("/etc/passwd", "passwd"), ("..", "file"), ("../..", "file"), ("", "file"), ("a/", "a"),
            (#"C:\Users\x\y.txt"#, "y.txt"), ("C:evil", "C_evil"), ("a\u{0}b\nc", "abc"), (" . ", "file"), ("name. ", "name"),
            (".env", ".env"), ("photo\u{202E}gpj.exe", "photogpj.exe"), ("смета 2.pdf", "смета 2.pdf"), ("a*?.txt", "a__.txt"),
        ])
    func bare(_ text: String, _ expected: String) {
        #expect(FileName.bare(text) == expected)
        #expect(FileName.isBare(FileName.bare(text)))
    }

    @Test("shortens a long name and keeps its ending")
    func long() {
        let name = FileName.bare(String(repeating: "ж", count: 500) + ".tar.gz")
        #expect(name.utf8.count <= FileName.limit)
        #expect(name.hasSuffix(".gz"))
        let ending = FileName.bare("a." + String(repeating: "x", count: 500))
        #expect(ending.utf8.count <= FileName.limit)
    }

    @Test("numbers a name before its ending")
    func numbered() {
        #expect(FileName.numbered("report.txt", 2) == "report-2.txt")
        #expect(FileName.numbered(".env", 3) == ".env-3")
        #expect(FileName.numbered("Makefile", 2) == "Makefile-2")
    }
}
