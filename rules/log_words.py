"""What the actions of the log are called, for whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping

from rules.plan import Text

ACTIONS: Mapping[str, Text] = {
    "access.first_administrator_link": Text("Tạo liên kết quản trị viên đầu tiên", "First administrator's link made"),
    "access.grant": Text("Trao quyền", "Role granted"),
    "access.identity": Text("Nối tài khoản đăng nhập ngoài", "Outside account linked"),
    "access.invite": Text("Mời nhận vị trí", "Invited to a post"),
    "access.link": Text("Gửi liên kết đăng nhập", "Sign-in link sent"),
    "access.password": Text("Đặt mật khẩu", "Password set"),
    "access.refuse": Text("Từ chối đăng nhập", "Sign-in refused"),
    "access.revoke": Text("Thu hồi phiên", "Sessions revoked"),
    "access.sign_in": Text("Đăng nhập", "Signed in"),
    "access.sign_out": Text("Đăng xuất", "Signed out"),
    "access.take_back": Text("Thu hồi quyền", "Role taken back"),
    "access.take_over": Text("Nhận bàn giao vị trí", "Post taken over"),
    "access.withdraw": Text("Thu hồi lời mời", "Invitation withdrawn"),
    "address.revived": Text("Dùng lại địa chỉ thư", "Address in use again"),
    "api.revoke": Text("Thu hồi khóa của hệ thống khác", "Another system's token revoked"),
    "api.token": Text("Cấp khóa cho hệ thống khác", "Token made for another system"),
    "api.write": Text("Hệ thống khác ghi", "Written by another system"),
    "calendar.change": Text("Thay đổi lịch làm việc", "Working calendar changed"),
    "case.accept": Text("Chấp nhận", "Accepted"),
    "case.adjustment": Text("Kết luận rà soát", "Outcome of the review"),
    "case.extend": Text("Gia hạn", "Extended"),
    "case.hand_in": Text("Nhận văn bản", "Document received"),
    "case.nil_return": Text("Không phát sinh", "Nil return"),
    "case.refuse_request": Text("Không đồng ý đề nghị", "Request refused"),
    "case.not_applicable": Text("Không áp dụng", "Not applicable"),
    "case.reopen": Text("Mở lại", "Reopened"),
    "case.return": Text("Trả lại để bổ sung", "Returned for completion"),
    "case.stage": Text("Ghi bước tiếp theo", "Step recorded"),
    "case.waive": Text("Miễn", "Waived"),
    "channel.pause": Text("Tạm dừng kênh gửi", "Channel paused"),
    "channel.resume": Text("Mở lại kênh gửi", "Channel resumed"),
    "dates.move": Text("Dời thời hạn theo lịch", "Dates moved with the calendar"),
    "file.read": Text("Đọc tệp", "File read"),
    "home.prepare": Text("Chuẩn bị hệ thống", "Home prepared"),
    "hook.forged": Text("Tin báo giả mạo", "Forged notification"),
    "letter.draft": Text("Dự thảo công văn", "Letter drafted"),
    "log.export": Text("Xuất nhật ký", "Log exported"),
    "mail.laid_aside": Text("Để riêng thư đến", "Mail laid aside"),
    "message.bounced": Text("Thư bị trả lại", "Mail returned"),
    "message.give_up": Text("Thôi gửi", "Sending given up"),
    "message.retry": Text("Gửi lại", "Sent again"),
    "notices.write": Text("Lập lượt nhắc", "Notices written"),
    "occurrence.open": Text("Mở kỳ thực hiện", "Occurrence opened"),
    "organisations.import": Text("Nhập danh sách đơn vị", "Organisations imported"),
    "organisations.merge": Text("Sáp nhập đơn vị", "Organisations merged"),
    "organisations.rename": Text("Đổi tên đơn vị", "Organisation renamed"),
    "organisations.split": Text("Chia, tách đơn vị", "Organisation split"),
    "people.add": Text("Thêm người", "Person added"),
    "people.correct": Text("Sửa thông tin người", "Person's details corrected"),
    "people.end_tenure": Text("Thôi giữ vị trí", "Tenure ended"),
    "people.export": Text("Tải danh bạ", "Contacts downloaded"),
    "people.import": Text("Nhập danh sách người", "People imported"),
    "people.place": Text("Giữ vị trí", "Placed in a post"),
    "person.confirm": Text("Xác nhận đầu mối", "Focal point confirmed"),
    "plan.load": Text("Nạp kế hoạch", "Plan loaded"),
    "report.draft": Text("Dự thảo báo cáo", "Report drafted"),
    "webhook.add": Text("Đăng ký webhook", "Webhook asked for"),
    "webhook.disable": Text("Tắt webhook vì không ai nhận", "Webhook disabled: nobody listens"),
    "webhook.drop": Text("Bỏ webhook", "Webhook dropped"),
    "webhook.enable": Text("Bật lại webhook", "Webhook enabled again"),
}


def action_said(action: str) -> Text:
    """An action without a name of its own is called by its code."""
    return ACTIONS.get(action, Text(action, action))
