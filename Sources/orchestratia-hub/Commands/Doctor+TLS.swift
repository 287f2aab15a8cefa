import Foundation
import HubCore
import HummingbirdCore
import TLSSupport

extension Doctor {
    func checkTLS(_ configuration: HubConfiguration, _ report: inout Report) {
        guard let certificate = configuration.tlsCertificate else {
            return report.note("TLS", "off: plain HTTP on \(configuration.listen), for this machine or behind a reverse proxy")
        }
        do {
            _ = try configuration.wrapping()(.http1())
            let (from, until) = try ServerTLS.validity(of: certificate)
            let now = Date()
            if now >= until {
                report.bad("TLS", "the certificate \(certificate) expired at \(Timestamp(until)): renew it, then restart the hub")
            } else if now < from {
                report.bad("TLS", "the certificate \(certificate) is valid only from \(Timestamp(from)) on: wait, or look at the clock")
            } else {
                report.good("TLS", "certificate and key go together, until \(Timestamp(until))")
            }
        } catch {
            report.bad("TLS", "\(error)")
        }
    }
}
