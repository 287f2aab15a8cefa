import Testing

@testable import HubServer

@Suite struct MultipartFormTests {
    private let type = "multipart/form-data; boundary=b0und"

    private func form(_ text: String, type: String? = nil) throws(MultipartForm.Fault) -> (MultipartForm, [UInt8]) {
        let body = Array(text.utf8)
        return (try MultipartForm(body, type: type ?? self.type), body)
    }

    @Test("reads the parts of a form, whatever their bytes are")
    func parts() throws {
        let text = """
            --b0und\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n--b0und\r\n\
            Content-Disposition: form-data; name="file"; filename="x \\"y\\";z.txt"\r\nContent-Type: application/octet-stream\r\n\r\n\
            one\r\n--b0un two\r\n\r\n--b0und--\r\n
            """
        let (form, body) = try form(text)
        #expect(form.parts.map(\.name) == ["a", "file"])
        #expect(form.parts[0].bytes.isEmpty)
        #expect(form.parts[1].filename == #"x "y";z.txt"#)
        #expect(String(decoding: body[form.parts[1].bytes], as: UTF8.self) == "one\r\n--b0un two\r\n")
    }

    @Test(
        "takes no form that is not whole",
        arguments: [
            "", "--b0und", "--b0und--", "--b0und\r\n", "x--b0und\r\n", "--b0und\r\nno head\r\n\r\nx\r\n--b0und--",
            "--b0und\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b0und--",
            "--b0und\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\nx\r\n--b0und--",
            "--b0und\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx", "--b0und\r\nX: y\r\n\r\nx\r\n--b0und--",
            "--b0und\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b0undx",
        ])
    func broken(_ text: String) {
        do {
            let (form, _) = try form(text)
            // A form without any part is whole, and has no file.
            #expect(text == "--b0und--" && form.parts.isEmpty)
        } catch {
            #expect(error == .malformed)
        }
    }

    @Test("bounds heads and the number of parts")
    func bounds() {
        let part = "\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n--b0und"
        #expect(throws: MultipartForm.Fault.tooManyParts) { try form("--b0und" + String(repeating: part, count: 20) + "--") }
        let head = "--b0und\r\nContent-Disposition: form-data; name=\"" + String(repeating: "x", count: 10_000) + "\"\r\n\r\n\r\n--b0und--"
        #expect(throws: MultipartForm.Fault.malformed) { try form(head) }
    }

    @Test(
        "reads the boundary as RFC 2046 has it",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), (#"Multipart/Form-Data; charset=x; boundary="a b""#, "a b"),
            ("multipart/form-data", nil), ("multipart/mixed; boundary=abc", nil), ("multipart/form-data; boundary=", nil),
            ("multipart/form-data; boundary=a*b", nil), (nil, nil),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), nil),
        ] as [(String?, String?)])
    func boundary(_ type: String?, _ expected: String?) {
        #expect(MultipartForm.boundary(of: type) == expected)
    }
}
