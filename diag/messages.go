package diag

// Messages returns the texts of the codes that this package declares.
func Messages() Catalogue {
	return Catalogue{
		Ambiguous:    {"{path}[ (line {line})]: [\"{value}\" ]can be read in two ways[; say which: {bound}]", "{path}[（第 {line} 行）]：[“{value}”]有两种读法[，请指明：{bound}]"},
		Column:       {"{path}[ (line {line})]: column [\"{value}\" ]is missing or stands twice[; the table has {bound}][; did you mean \"{near}\"?]", "{path}[（第 {line} 行）]：列[“{value}”]缺失或重复[，表中有 {bound}][，是否指“{near}”？]"},
		Conflict:     {"{path}[ (line {line})]: [\"{value}\" ]excludes another value here[: {bound}]; keep one of them", "{path}[（第 {line} 行）]：[“{value}”]与另一个值冲突[：{bound}]，请只保留一个"},
		Currency:     {"{path}[ (line {line})]: no rate for [\"{value}\" ][on {bound}]; give the plan a dated rate", "{path}[（第 {line} 行）]：[“{value}”]没有汇率[（{bound}）]，请在计划中给出带日期的汇率"},
		Cycle:        {"{path}[ (line {line})]: [\"{value}\" ]contains itself[: {bound}]; break the circle", "{path}[（第 {line} 行）]：[“{value}”]循环引用自身[：{bound}]，请断开该循环"},
		Duplicate:    {"{path}[ (line {line})]: [\"{value}\" ]is already taken[ at {bound}]; choose another id", "{path}[（第 {line} 行）]：[“{value}”]已被使用[（{bound}）]，请另选标识"},
		DuplicateKey: {"{path}[ (line {line})]: the key stands twice[; first at {bound}]; keep one", "{path}[（第 {line} 行）]：键重复[，首次出现于 {bound}]，请只保留一个"},
		Encoding:     {"{path}[ (line {line}, column {column})]: [\"{value}\" ]is not valid text[; expected {bound}]", "{path}[（第 {line} 行第 {column} 列）]：[“{value}”]不是有效文本[，应为 {bound}]"},
		Infeasible:   {"{path}[ (line {line})]: cannot be met[ (\"{value}\")][: {bound}]", "{path}[（第 {line} 行）]：无法满足[（“{value}”）][：{bound}]"},
		Invalid:      {"{path}[ (line {line})]: [\"{value}\" ]is not allowed here[; expected {bound}][; did you mean \"{near}\"?]", "{path}[（第 {line} 行）]：此处不允许[“{value}”][，应为 {bound}][，是否指“{near}”？]"},
		IO:           {"{path}: reading or writing failed[: {value}]", "{path}：读写失败[：{value}]"},
		Mismatch:     {"{path}[ (line {line})]: [{value} ]does not agree with [{bound}]", "{path}[（第 {line} 行）]：[{value}]与[{bound}]不一致"},
		More:         {"and {value} more faults", "另有 {value} 处错误"},
		Negative:     {"{path}[ (line {line})]: [{value} ]is below zero; give a number of at least [{bound}]", "{path}[（第 {line} 行）]：[{value}]小于零，应不小于[ {bound}]"},
		NoWeight:     {"{path}[ (line {line})]: nothing to split by: all weights are zero or missing[ ({value})]; give a weight or ask for an even split", "{path}[（第 {line} 行）]：没有可用的权重：全部为零或缺失[（{value}）]，请给出权重或要求平均拆分"},
		OffGrid:      {"{path}[ (line {line})]: [\"{value}\" ]is no union of the periods that the goal is split into[; nearest {near}]", "{path}[（第 {line} 行）]：[“{value}”]不是目标所拆分期间的组合[，最接近 {near}]"},
		OffStep:      {"{path}[ (line {line})]: [{value} ]is no multiple of the step[ {bound}]", "{path}[（第 {line} 行）]：[{value}]不是最小单位[ {bound} ]的整数倍"},
		Order:        {"{path}[ (line {line})]: [\"{value}\" ]ends before it begins[ ({bound})]", "{path}[（第 {line} 行）]：[“{value}”]的结束早于开始[（{bound}）]"},
		OutOfRange:   {"{path}[ (line {line})]: [\"{value}\" ]is out of range[; allowed: {bound}]", "{path}[（第 {line} 行）]：[“{value}”]超出范围[，允许：{bound}]"},
		Ragged:       {"{path}[ (line {line})]: the row has [{value} ]cells, the header[ {bound}]", "{path}[（第 {line} 行）]：该行有[ {value} ]个单元格，表头有[ {bound} ]个"},
		Required:     {"{path}[ (line {line})]: a value is missing[; expected {bound}]", "{path}[（第 {line} 行）]：缺少值[，应为 {bound}]"},
		Syntax:       {"{path}[ (line {line}, column {column})]: [\"{value}\" ]cannot be read[; expected {bound}]", "{path}[（第 {line} 行第 {column} 列）]：无法读取[“{value}”][，应为 {bound}]"},
		TooDeep:      {"{path}[ (line {line}, column {column})]: nested more than {bound} levels deep", "{path}[（第 {line} 行第 {column} 列）]：嵌套超过 {bound} 层"},
		TooLarge:     {"{path}: larger than the limit of {bound}", "{path}：超过上限 {bound}"},
		TooMany:      {"{path}[ (line {line})]: more than {bound} items", "{path}[（第 {line} 行）]：超过 {bound} 项"},
		Total:        {"{path}[ (line {line})]: the shares add up to [{value} ]instead of [{bound}]", "{path}[（第 {line} 行）]：各份额合计为[ {value}]，应为[ {bound}]"},
		Trailing:     {"{path}[ (line {line}, column {column})]: text after the end of the document[: \"{value}\"]", "{path}[（第 {line} 行第 {column} 列）]：文档结束后还有内容[：“{value}”]"},
		Type:         {"{path}[ (line {line}, column {column})]: [\"{value}\" ]is of the wrong type[; expected {bound}]", "{path}[（第 {line} 行第 {column} 列）]：[“{value}”]类型错误[，应为 {bound}]"},
		Unknown:      {"{path}[ (line {line})]: nothing is called \"{value}\"[ among {bound}][; did you mean \"{near}\"?]", "{path}[（第 {line} 行）]：没有名为“{value}”的对象[（{bound}）][，是否指“{near}”？]"},
		UnknownKey:   {"{path}[ (line {line}, column {column})]: the key is not known here[; did you mean \"{near}\"?]", "{path}[（第 {line} 行第 {column} 列）]：此处没有这个键[，是否指“{near}”？]"},
		Unpublished:  {"{path}[ (line {line})]: the holidays of {value} are not published; let the plan say \"unpublished\": \"weekdays\" to count Monday to Friday", "{path}[（第 {line} 行）]：{value} 年的放假安排尚未公布；可在计划中写 \"unpublished\": \"weekdays\"，按周一至周五计算"},
		Version:      {"{path}[ (line {line})]: the document is of version \"{value}\", this program reads {bound}", "{path}[（第 {line} 行）]：文档版本为“{value}”，本程序可读 {bound}"},
	}
}
