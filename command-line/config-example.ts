// The commented example that `tiepdon config example` prints; a test keeps it valid.

export const configExample = `# Cấu hình Tiepdon. Kiểm tra: tiepdon config check tiepdon.yaml
# Tiepdon configuration. Check it: tiepdon config check tiepdon.yaml

agent: # quầy này | this desk
  facility: "01234" # mã CSKCB
  desk: quay-01 # tên quầy: chữ thường, số, gạch nối | name of the desk in topics
  readers:
    - id: qr-1
      # /dev/serial/by-id/… không đổi khi cắm lại; đừng dùng ttyUSB0 | stays the same after replugging
      serial: /dev/serial/by-id/usb-Example_QR_Reader_0001-if00
      profile: generic-serial # mẫu đầu đọc: tiepdon reader profiles | the reader's model
      # baudRate: 9600 # đầu đọc USB bỏ qua | ignored by USB readers
      # framing: # thay cho hồ sơ | instead of the profile's
      #   end: [cr, lf, crlf, tab] # [] = chỉ khoảng lặng | silence alone
      #   aim: optional # ]Q1 … none, optional, required
      # feedback: # byte làm đầu đọc kêu, thay cho hồ sơ | bytes that make the reader beep, instead of the profile's
      #   accepted: "06"
      #   rejected: "15"
    # - id: qr-2 # tìm theo loại thiết bị, cắm cổng nào cũng được | found by what it is, in any port
    #   profile: newland-hidpos
    #   usb: {} # { port: 1-1.2 } khi có hai cái giống nhau | when there are two of a kind
    # - id: qr-3
    #   tcp: { host: 192.0.2.10, port: 4001 } # bộ chuyển RS-232 sang mạng | serial device server, raw TCP
  mqtt:
    url: mqtt://127.0.0.1:1883
    username: quay-01
    passwordFile: /etc/tiepdon/quay-01.password # chỉ chứa mật khẩu | holds the password and nothing else
    # Qua mạng: TLS và chứng thư thay cho mật khẩu (tiepdon enrol) | over the network: TLS and a certificate instead
    # url: mqtts://broker.benhvien.local:8883 # cụm: [mqtts://nats-1:8883, mqtts://nats-2:8883, …] | a cluster: a list
    # caFile: /var/lib/tiepdon/tls/ca.pem
    # certFile: /var/lib/tiepdon/tls/desk.pem
    # keyFile: /var/lib/tiepdon/tls/desk.key
    # subscribeQos: 0 # với cụm NATS | for a NATS cluster
  publish:
    formats: [json] # json, pb
    receipt: puback # result = chờ HIS trả lời | wait for the hospital system's answer
  duplicates:
    windowMs: 1500 # cùng một mã trong thời gian này là một lượt | one code within this time is one visit
  spool:
    waitingMax: 200000
    keepHours: 24 # sau khi gửi, giữ để gửi lại; rồi xóa | kept for replay after sending, then erased
  # registry: # danh sách đầu đọc được chứng nhận | the list of certified readers
  #   policy: warn # refuse = chỉ nhận đầu đọc trong danh sách | take certified readers only
  #   file: /etc/tiepdon/registry.jws
  #   keys: [{ kid: reg-2026a, x: … }] # tiepdon registry keygen

broker: # máy chủ của cơ sở (có thể cùng máy) | the facility's host, may be the same machine
  host: 127.0.0.1 # chỉ máy này, không TLS | this machine alone, without TLS
  port: 1883
  # plain: false # chỉ TLS | TLS alone
  # tls: # cho các quầy trên mạng | for desks on the network
  #   port: 8883
  #   certFile: /var/lib/tiepdon/ca/broker.pem # tiepdon ca init
  #   keyFile: /var/lib/tiepdon/ca/broker.key
  #   caFile: /var/lib/tiepdon/ca/ca.pem
  #   crlFile: /var/lib/tiepdon/ca/crl.pem # tiepdon ca revoke
  #   requireClientCertificate: true # false = cho phép mật khẩu qua TLS | passwords inside TLS too
  # enrolment: # quầy tự lấy chứng thư | desks fetch their certificate: tiepdon enrol
  #   port: 8884
  #   authorityDir: /var/lib/tiepdon/ca
  observation: # cho giám sát: /metrics, /health, /live | for monitoring, on this machine alone
    port: 9883
    # host: 0.0.0.0 # từ máy khác: phải có token | from other machines: with a token only
    # tokenFile: /etc/tiepdon/monitoring.token # 32 ký tự trở lên | one line of 32 characters or more
  # usersFile: /var/lib/tiepdon/users.json # tiepdon broker user add …
  # audit: { months: 12 } # nhật ký kiểm toán | tiepdon audit
  # unusedDays: 45 # lâu không dùng thì đóng, 0 = không | unused accounts are closed: tiepdon broker user enable
`;
