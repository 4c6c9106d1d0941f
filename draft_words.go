package salesplan

import (
	"strings"
	"unicode"
)

// plainHeader returns the form in which headers are looked up: letters and
// digits in lower case, without what stands in brackets.
func plainHeader(h string) string {
	for _, open := range []string{"(", "（", "["} {
		if i := strings.Index(h, open); i > 0 {
			h = h[:i]
		}
	}
	return looseName(h)
}

// looseName returns the letters and digits of s in lower case: what is left of
// a name without differences in case, spaces and punctuation.
func looseName(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(foldWidth(r))
	}, s)
}

// foldWidth returns the usual form of a full-width character.
func foldWidth(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// The headers by which columns of deals go, as plainHeader has them; the first
// that a table has is taken.
const (
	wordsID = `opportunityid dealid recordid potentialid opportunitynumber dealnumber dealno 商机编号 商机id 机会编号 编号 数据id 唯一性id id`

	wordsOwner = `opportunityowner dealowner owner ownername dealownername salesagent salesrep salesperson salesman seller rep agent
		accountexecutive assignedto assigneduser 负责人 商机负责人 销售负责人 业务员 销售员 销售人员 销售 归属人 所有人 跟进人`

	wordsCustomer = `accountname account customername customer associatedcompany companyname company clientname client organization organisation
		客户名称 客户 关联客户 公司名称 公司 企业名称 单位名称`

	wordsProduct = `productname product productline item 产品名称 产品 商品名称 商品 品名 产品线`

	wordsSegment = `segment customersegment industry sector 细分市场 细分 客户行业 行业 客户类型 客户级别`

	wordsStage = `salesstage stage dealstage opportunitystage dealstatus 商机状态 销售阶段 商机阶段 阶段名称 阶段 status outcome result 状态 结果`

	wordsAmount = `amount dealamount closevalue dealvalue value totalamount salesamount revenue 商机金额 成交金额 预计成交金额 合同金额 销售金额 预计销售金额
		预计金额 金额 totalprice`

	wordsCurrency = `opportunitycurrency dealcurrency amountcurrency currencycode currency 币种 货币 货币类型`

	wordsOpened = `createddate createdate createdtime createtime createdat created engagedate opendate openeddate opened startdate
		创建时间 创建日期 商机创建时间 发现日期 发现时间`

	wordsClose = `closedate closingdate closetime 结单日期 结单时间 关闭日期 enddate`

	wordsClosed = `actualclosedate actualclosingdate closeddate dateclosed wondate 实际成交日期 实际成交时间 实际结单日期 赢单日期 赢单时间 成交日期 成交时间 签约日期`

	wordsExpected = `expectedclosedate expectedclosingdate expectedclose estimatedclosedate estclosedate forecastclosedate
		预计成交日期 预计成交时间 预计结单日期 预计签约日期 预计关闭日期`
)

// The headers of customers' tables.
const (
	wordsCustomerID      = `accountid customerid companyid clientid recordid 客户编号 客户id id`
	wordsCustomerAka     = `shortname alias accountalias 客户简称 简称`
	wordsCustomerSegment = `segment customersegment industry sector 细分市场 细分 客户行业 行业 所属行业 客户类型 类型 客户级别 级别 accounttype type`
)

// Parts of the headers of the levels above people and above products.
const (
	levelsOwner = `ownerrole manager supervisor leader team squad department dept division office region territory area branch country businessunit group
		经理 主管 上级 汇报 团队 小组 部门 大区 区域 片区 战区 办事处 分公司 公司 事业部 城市 省份 国家`

	levelsProduct = `series category family line brand group segment 系列 类别 分类 品类 产品线 品牌 大类 小类`
)

// isLevel reports whether a plain header has one of the words in it.
func isLevel(header, words string) bool {
	for w := range strings.FieldsSeq(words) {
		if strings.Contains(header, w) {
			return true
		}
	}
	return false
}

// Parts of the names of stages. Lost comes first: "未成交" holds "成交".
const (
	stagesLost = `lost lose 输单 输 丢单 未成交 失败 无效 流失 作废 取消 终止 放弃 cancel abandon disqualif rejected dead`
	stagesWon  = `won win 赢单 赢 已成交 成交 已签约 成单 成功 closedwon`
)

// stageOutcome returns what a stage's name says of the outcome, OutcomeOpen
// where it says nothing.
func stageOutcome(stage string) Outcome {
	words := strings.FieldsFunc(strings.ToLower(stage), func(r rune) bool { return !unicode.IsLetter(r) })
	has := func(list string) bool {
		for w := range strings.FieldsSeq(list) {
			for _, word := range words {
				if word == w || w[0] >= 0x80 && strings.Contains(word, w) || len(w) > 3 && strings.HasPrefix(word, w) ||
					strings.HasPrefix(word, "closed") && strings.HasSuffix(word, w) {
					return true
				}
			}
		}
		return false
	}
	switch {
	case has(stagesLost):
		return OutcomeLost
	case has(stagesWon):
		return OutcomeWon
	}
	return OutcomeOpen
}
