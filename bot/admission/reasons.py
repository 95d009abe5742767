"""One sentence per reason, for staff: shown in the workbook, the digest and the journal. No personal data."""

from __future__ import annotations

from types import MappingProxyType

from bot.records.decision import Reason

SENTENCES = MappingProxyType(
    {
        Reason.SEAT_FREE: "截止前收到，尚有名额，按到达顺序录取。",
        Reason.CAPACITY_REACHED: "截止前收到，但名额已满，列入候补。",
        Reason.OTHERS_WAIT_BEFORE: "前面还有先到的候补人员，按到达顺序排在其后。",
        Reason.FORM_DOES_NOT_FIT: "剩余名额不够整份回执表使用，按规定整份列入候补。",
        Reason.AFTER_DEADLINE: "报名截止后收到，登记为逾期，不占名额。",
        Reason.LATE_REJECTED: "报名截止后收到，按规定不再登记。",
        Reason.SAME_AS_BEFORE: "与已登记的内容相同，属重复报送，原登记不变。",
        Reason.DIFFERS_FROM_BEFORE: "此人已登记，这次报送的内容有变动；原登记未改，请工作人员核对。",
        Reason.SAME_PERSON_TWICE: "同一封邮件里此人出现不止一次，只登记第一次。",
        Reason.NO_FORM_FOUND: "看起来是报名邮件，但没有找到回执表。",
        Reason.FORM_WITHOUT_PEOPLE: "回执表里没有填写参加人员。",
        Reason.NOT_READABLE: "邮件里像回执表的文件读不出来，请工作人员查看原件；到达时间已记下。",
        Reason.FILE_NOT_READABLE: "回执表已登记，但同一封邮件里另有文件读不出来，请工作人员查看。",
        Reason.ARRIVED_BEFORE_SEATED: "这封邮件到达更早，但被找到时名额已满；已排在候补前列，请工作人员定夺。",
        Reason.EVENT_UNCLEAR: "分不清报的是哪一个活动，请工作人员确认。",
        Reason.BEFORE_OPENING: "到达时报名尚未开始，不属于本次活动，仅作记录。",
        Reason.ASKS_TO_CANCEL: "来信要求取消报名，请工作人员办理。",
        Reason.ASKS_TO_REPLACE: "来信要求换人，请工作人员办理。",
        Reason.QUESTION: "来信提问，请工作人员回复。",
        Reason.NO_REGISTRATION: "不是报名邮件，留给工作人员查看。",
        Reason.NOT_FROM_A_PERSON: "系统邮件（退信、自动回复、群发等），仅作记录，不回复。",
        Reason.ANSWER_HELD_BACK: "这封邮件不宜自动回复，请工作人员人工回复。",
        Reason.STATION_FAILED: "机器人读这封邮件时出错，原件已保存，请工作人员查看。",
        Reason.AMENDED: "此人已登记，按原报名邮箱的来信更正了内容，名次和到达时间不变。",
        Reason.CANCELLED_BY_SENDER: "按原报名邮箱的来信取消。",
        Reason.REPLACED_BY_SENDER: "按原报名邮箱的来信换人，名额和到达时间由新参加人员承接。",
        Reason.PROMOTED: "有名额空出，按到达顺序从候补递补录取。",
        Reason.DECIDED_BY_STAFF: "由工作人员在汇总表“处理”一栏决定。",
        Reason.MEMBERSHIP_SETTLED: "会员单位名单或收费标准有更新，会员身份和应缴费用随之更新。",
        Reason.ASKS_TO_CORRECT: "来信要求更正登记内容，请工作人员办理。",
        Reason.REQUEST_UNCLEAR: "来信要求取消、换人或更正，但看不准说的是谁、改成什么，没有改动，请工作人员核对。",
        Reason.NOT_ENTITLED: "来信涉及已登记的人员，但不是原报名邮箱或同单位邮箱发来，未作改动，请工作人员核实。",
        Reason.STAFF_DECIDED_BEFORE: "来信涉及的人员由工作人员定过，机器人不再改动，请工作人员办理。",
        Reason.VALUE_REFUSED: "更正的内容通不过校验，原登记内容保留，已请对方核对。",
        Reason.ORGANISATION_LIMIT: "该单位报名人数超过每单位限报人数，超出的列入候补，请工作人员定夺。",
        Reason.EVENT_OVER: "来信到达时活动已经结束，没有登记。",
        Reason.NOT_DELIVERED: "发给对方的答复被退回，请打电话告知。",
        Reason.CONFIRMED_AS_READ: "对方回复确认，扫描件上看不清的内容以识别结果为准。",
    }
)


def sentence(reason: Reason) -> str:
    """What the reason means, as one Chinese sentence."""
    return SENTENCES[reason]
