import CCurl
import Foundation

/// One request on its way through ``CurlMultiLoop``.
///
/// Unchecked: the caller writes `continuation` before the loop's inbox, and its lock, hands the object over; everything after that happens on
/// the loop's thread alone, libcurl's callbacks included.
final class CurlTransfer: @unchecked Sendable {
    private let request: HTTPRequest
    var continuation: CheckedContinuation<HTTPResponse, any Error>?
    /// A cancellation may overtake the start or trail the end; both are harmless.
    var isCancelled = false
    private(set) var easy: CurlEasy?

    private var unsent: Data.SubSequence = Data()
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var body = Data()
    private var isTooLarge = false

    init(_ request: HTTPRequest) { self.request = request }

    /// Sets `easy` up for the request.
    ///
    /// - Returns: whether the URL is one that may be asked.
    func prepare(_ easy: CurlEasy, _ settings: CurlSettings, _ share: UnsafeMutableRawPointer) -> Bool {
        self.easy = easy
        // The loop keeps this object for as long as libcurl has the pointer.
        let context = Unmanaged.passUnretained(self).toOpaque()
        guard easy.setUp(request, settings, share, context) else { return false }
        switch request.method {
        case .get: break
        case .post: sendBody(through: easy, context)
        case .put, .patch, .delete:
            if request.body != nil { sendBody(through: easy, context) }
            easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        easy.set(CURLOPT_WRITEDATA, context)
        easy.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlTransfer.at(context)?.received(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        easy.set(CURLOPT_HEADERDATA, context)
        easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlTransfer.at(context)?.receivedHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        return true
    }

    /// libcurl sends a request again, without a word, when a connection it kept had died before the first byte of the answer. What must not
    /// happen twice therefore gives its body away piece by piece and refuses to rewind: then libcurl fails with `CURLE_SEND_FAIL_REWIND`.
    private func sendBody(through easy: CurlEasy, _ context: UnsafeMutableRawPointer) {
        let body = request.body ?? Data()
        easy.set(CURLOPT_POST, 1)
        easy.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: Int64(body.count))
        guard !request.isRepeatable else {
            body.withUnsafeBytes { easy.set(CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress)) }
            return
        }
        unsent = body[...]
        easy.set(CURLOPT_READDATA, context)
        easy.set(CURLOPT_READFUNCTION) { buffer, size, count, context in
            CurlTransfer.at(context)?.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count)) ?? 0
        }
        easy.refuseRewinding()
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let piece = unsent.prefix(buffer.count)
        piece.withUnsafeBytes { buffer.copyMemory(from: $0) }
        unsent = unsent.dropFirst(piece.count)
        return piece.count
    }

    /// Fewer bytes than were given make libcurl fail the transfer.
    private func received(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= request.limits.answerBytes else {
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func receivedHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= 64 << 10 else {
            isTooLarge = true
            return 0
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers.removeAll()
        } else if let colon = line.firstIndex(of: ":") {
            headers.append((String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        return bytes.count
    }

    func outcome(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
        guard let easy else { return .failure(CancellationError()) }
        guard code == CURLE_OK else {
            return .failure(HTTPTransportError(code, hasSent: hasSent(through: easy), isTooLarge: isTooLarge))
        }
        return .success(HTTPResponse(status: easy.status, headers: headers, body: body))
    }

    /// Whether the server can have got a whole request. A body that was given away piece by piece is the best witness: a proxy's handshake
    /// counts as a request too.
    private func hasSent(through easy: CurlEasy) -> Bool {
        guard let body = request.body, !body.isEmpty, !request.isRepeatable else { return easy.requestBytes > 0 }
        return unsent.isEmpty
    }

    func finish(_ result: Result<HTTPResponse, any Error>) {
        easy = nil
        continuation?.resume(with: result)
        continuation = nil
    }
}

extension HTTPTransportError {
    init(_ code: CURLcode, hasSent: Bool, isTooLarge: Bool) {
        let delivery: Delivery
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
            CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_PROXY:
            delivery = .notSent
        case CURLE_SEND_FAIL_REWIND: delivery = .maybeSent
        default: delivery = hasSent ? .maybeSent : .notSent
        }
        let reason: Reason
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: reason = .unsupportedURL
        case CURLE_COULDNT_RESOLVE_HOST: reason = .nameNotResolved
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: reason = .proxyFailed
        case CURLE_COULDNT_CONNECT: reason = .connectionRefused
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE: reason = .tlsFailed
        case CURLE_OPERATION_TIMEDOUT: reason = .timedOut
        case CURLE_SEND_FAIL_REWIND: reason = .staleConnection
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            reason = .connectionLost
        default: reason = isTooLarge ? .answerTooLarge : .other
        }
        self.init(delivery, reason, code: Int(code.rawValue), detail: String(cString: curl_easy_strerror(code)))
    }
}
