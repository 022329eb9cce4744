"""What each field of a template says. The columns of the report's annexes bear the headings of the shipped one."""

from __future__ import annotations

from collections.abc import Mapping

from reports.template_progress import ANNEXES
from rules.plan import Text

LETTERHEAD: Mapping[str, Text] = {
    "superior": Text("Cơ quan chủ quản, chữ in hoa; trống nếu không có", "Superior body in capitals, or empty"),
    "issuer": Text("Tên cơ quan ban hành", "Name of the issuing body"),
    "issuer_upper": Text("Tên cơ quan ban hành, chữ in hoa", "Name of the issuing body in capitals"),
    "number": Text(
        "Số, ký hiệu; số để trống đến khi văn thư cấp", "Number and symbol; blank until the records office gives it"
    ),
    "place": Text("Địa danh", "Place"),
    "page_numbers": Text("Vị trí số trang theo quy định vào ngày ban hành", "Where page numbers stand by the rules"),
    "dated": Text("Thời gian ban hành; ngày để trống đến khi ban hành", "Date of issue; the day blank until then"),
    "attached_dated": Text("Thời gian ban hành ghi ở dòng «Kèm theo» của phụ lục", "Date in the line under an annex"),
    "signer_title": Text("Chức vụ người ký, chữ in hoa", "Signer's title in capitals"),
    "signer_name": Text("Họ tên người ký", "Signer's name"),
    "subject": Text("Trích yếu nội dung", "Subject"),
    "addressees": Text("Các nơi nhận ở dòng «Kính gửi»", "Addressees"),
    "closing": Text("Câu kết", "Closing sentence"),
    "copies": Text("Danh sách «Nơi nhận»", "Distribution list"),
}
ITEM = {
    "heading": Text("Tiêu đề của khoản", "Heading of the item"),
    "paragraphs": Text("Các đoạn viết từ số liệu", "Paragraphs written from the facts"),
    "slot": Text(
        "Nội dung người soạn còn phải bổ sung; trống nếu không có", "What the drafter still has to write, or empty"
    ),
    "key": Text("Mã của khoản", "Key of the item"),
    "words": Text("Các đoạn do người soạn viết", "Paragraphs the drafter wrote"),
}
SECTIONS = {
    "guidance": Text("Mục I: các khoản về hướng dẫn, kiểm tra, đôn đốc", "Section I: guidance, inspections, urging"),
    "results": Text("Mục II: kết quả từng nội dung của Kế hoạch", "Section II: results by clause of the plan"),
    "evaluation": Text("Mục III: đánh giá chung", "Section III: evaluation"),
    "difficulties": Text("Mục IV: khó khăn, vướng mắc", "Section IV: difficulties"),
    "requests": Text("Mục IV: đề xuất, kiến nghị", "Section IV: proposals and requests"),
}


def _annexes() -> dict[str, Text]:
    words: dict[str, Text] = {}
    for annex in ANNEXES:
        title = annex.title.replace("{{ next_period_upper }}", "KỲ TIẾP THEO")
        words[annex.rows] = Text(f"{annex.number}: {title.capitalize()}", f"Rows of annex {annex.number[-3:].strip()}")
        for heading, field, _ in annex.columns:
            if field == "stt":  # counted by the template itself
                continue
            vi = heading.replace("{{ issuer }}", "cơ quan ban hành")
            words[f"{annex.rows}.{field}"] = Text(f"Cột «{vi}»", f"Column “{vi}”")
    return words


PROGRESS: Mapping[str, Text] = {
    **LETTERHEAD,
    **SECTIONS,
    **{f"{section}.{key}": words for section in SECTIONS for key, words in ITEM.items()},
    **_annexes(),
    "opening": Text("Đoạn mở đầu", "Opening paragraph"),
    "replaces": Text("Câu nêu báo cáo được thay thế; trống nếu không có", "Which report it replaces, or empty"),
    "revisions": Text(
        "Các câu nêu số liệu kỳ trước đã thay đổi sau ngày chốt; trống nếu không có",
        "Sentences on numbers of the period before that have changed since, or empty",
    ),
    "results_opening": Text("Đoạn mở đầu mục II", "Opening paragraph of section II"),
    "outlook_heading": Text("Tiêu đề mục V", "Heading of section V"),
    "outlook": Text("Các đoạn của mục V: phương hướng kỳ tiếp theo", "Paragraphs of section V: the next period"),
    "next_period_upper": Text("Tên kỳ tiếp theo, chữ in hoa", "Next period in capitals"),
    "nothing_proposed": Text("Câu thay cho Phụ lục IV khi không có dòng nào", "Sentence where annex IV has no row"),
    "figures": Text("Các biểu đồ, theo thứ tự", "Figures in their order"),
    "figures.caption": Text("Tên biểu đồ", "Caption"),
    "figures.alt": Text("Mô tả biểu đồ; trống nếu không có số liệu", "Description; empty where there are no numbers"),
}

URGING_LETTER: Mapping[str, Text] = {
    **LETTERHEAD,
    "duty": Text("Câu nêu trách nhiệm và thời hạn", "Sentence on the duty and its deadline"),
    "reminded": Text("Câu nêu các lần đã nhắc và việc chưa nhận được", "What was sent before, and what is missing"),
    "request": Text("Câu dẫn vào các đề nghị", "Sentence that opens the requests"),
    "points": Text("Các đề nghị, theo thứ tự", "Requests in their order"),
    "warning": Text("Câu nêu việc sẽ báo cáo cấp trên; trống nếu không có", "What follows, or empty"),
    "with_annex": Text(
        "Có phụ lục danh sách cơ quan hay không (dùng trong {%p if %})", "Whether there is an annex of units"
    ),
    "annex_title": Text("Tên phụ lục, chữ in hoa", "Title of the annex in capitals"),
    "units": Text("Các cơ quan trong phụ lục", "Units in the annex"),
    "units.name": Text("Tên cơ quan", "Name of the unit"),
    "units.reminded_on": Text("Các ngày đã nhắc", "Days of reminders"),
}
