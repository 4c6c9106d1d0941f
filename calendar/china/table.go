package china

// A holiday is one row of the published arrangement: the days off from first
// to last and the days worked instead. Days are written as yyyymmdd.
type holiday struct {
	name        name
	first, last int
	worked      []int
}

// name is a holiday as the notice calls it, and in English.
type name struct {
	zh, en string
}

// The names of the holidays.
var (
	newYear           = name{"元旦", "New Year"}
	springFestival    = name{"春节", "Spring Festival"}
	tombSweeping      = name{"清明节", "Tomb-Sweeping Day"}
	labourDay         = name{"劳动节", "Labour Day"}
	dragonBoat        = name{"端午节", "Dragon Boat Festival"}
	midAutumn         = name{"中秋节", "Mid-Autumn Festival"}
	nationalDay       = name{"国庆节", "National Day"}
	midAutumnNational = name{"中秋节、国庆节", "Mid-Autumn Festival and National Day"}
	nationalMidAutumn = name{"国庆节、中秋节", "National Day and Mid-Autumn Festival"}
	victoryDay        = name{"抗日战争暨世界反法西斯战争胜利70周年纪念日", "70th Anniversary of Victory Day"}
)

// table holds the State Council's annual notices (www.gov.cn), as collected by
// github.com/NateScarlet/holiday-cn, in the order of the notices. The notice
// for a year may also arrange the last days of the year before. When the next
// notice is out: add its rows and raise [LastYear].
var table = [...]holiday{
	// 2010
	{newYear, 20100101, 20100103, nil},
	{springFestival, 20100213, 20100219, []int{20100220, 20100221}},
	{tombSweeping, 20100403, 20100405, nil},
	{labourDay, 20100501, 20100503, nil},
	{dragonBoat, 20100614, 20100616, []int{20100612, 20100613}},
	{midAutumn, 20100922, 20100924, []int{20100919, 20100925}},
	{nationalDay, 20101001, 20101007, []int{20100926, 20101009}},
	// 2011
	{newYear, 20110101, 20110103, nil},
	{springFestival, 20110202, 20110208, []int{20110130, 20110212}},
	{tombSweeping, 20110403, 20110405, []int{20110402}},
	{labourDay, 20110430, 20110502, nil},
	{dragonBoat, 20110604, 20110606, nil},
	{midAutumn, 20110910, 20110912, nil},
	{nationalDay, 20111001, 20111007, []int{20111008, 20111009}},
	// 2012
	{newYear, 20120101, 20120103, []int{20111231}},
	{springFestival, 20120122, 20120128, []int{20120121, 20120129}},
	{tombSweeping, 20120402, 20120404, []int{20120331, 20120401}},
	{labourDay, 20120429, 20120501, []int{20120428}},
	{dragonBoat, 20120622, 20120624, nil},
	{midAutumnNational, 20120930, 20121007, []int{20120929}},
	// 2013
	{newYear, 20130101, 20130103, []int{20130105, 20130106}},
	{springFestival, 20130209, 20130215, []int{20130216, 20130217}},
	{tombSweeping, 20130404, 20130406, []int{20130407}},
	{labourDay, 20130429, 20130501, []int{20130427, 20130428}},
	{dragonBoat, 20130610, 20130612, []int{20130608, 20130609}},
	{midAutumn, 20130919, 20130921, []int{20130922}},
	{nationalDay, 20131001, 20131007, []int{20130929, 20131012}},
	// 2014
	{newYear, 20140101, 20140101, nil},
	{springFestival, 20140131, 20140206, []int{20140126, 20140208}},
	{tombSweeping, 20140405, 20140405, nil},
	{tombSweeping, 20140407, 20140407, nil},
	{labourDay, 20140501, 20140503, []int{20140504}},
	{dragonBoat, 20140602, 20140602, nil},
	{midAutumn, 20140908, 20140908, nil},
	{nationalDay, 20141001, 20141007, []int{20140928, 20141011}},
	// 2015
	{newYear, 20150101, 20150103, []int{20150104}},
	{springFestival, 20150218, 20150224, []int{20150215, 20150228}},
	{tombSweeping, 20150405, 20150406, nil},
	{labourDay, 20150501, 20150501, nil},
	{dragonBoat, 20150620, 20150620, nil},
	{dragonBoat, 20150622, 20150622, nil},
	{victoryDay, 20150903, 20150905, []int{20150906}},
	{midAutumn, 20150927, 20150927, nil},
	{nationalDay, 20151001, 20151007, []int{20151010}},
	// 2016
	{newYear, 20160101, 20160101, nil},
	{springFestival, 20160207, 20160213, []int{20160206, 20160214}},
	{tombSweeping, 20160404, 20160404, nil},
	{labourDay, 20160501, 20160502, nil},
	{dragonBoat, 20160609, 20160611, []int{20160612}},
	{midAutumn, 20160915, 20160917, []int{20160918}},
	{nationalDay, 20161001, 20161007, []int{20161008, 20161009}},
	// 2017
	{newYear, 20170101, 20170102, nil},
	{springFestival, 20170127, 20170202, []int{20170122, 20170204}},
	{tombSweeping, 20170402, 20170404, []int{20170401}},
	{labourDay, 20170501, 20170501, nil},
	{dragonBoat, 20170528, 20170530, []int{20170527}},
	{midAutumnNational, 20171001, 20171008, []int{20170930}},
	// 2018
	{newYear, 20180101, 20180101, nil},
	{springFestival, 20180215, 20180221, []int{20180211, 20180224}},
	{tombSweeping, 20180405, 20180407, []int{20180408}},
	{labourDay, 20180429, 20180501, []int{20180428}},
	{dragonBoat, 20180618, 20180618, nil},
	{midAutumn, 20180924, 20180924, nil},
	{nationalDay, 20181001, 20181007, []int{20180929, 20180930}},
	// 2019
	{newYear, 20181230, 20190101, []int{20181229}},
	{springFestival, 20190204, 20190210, []int{20190202, 20190203}},
	{tombSweeping, 20190405, 20190405, nil},
	{labourDay, 20190501, 20190504, []int{20190428, 20190505}},
	{dragonBoat, 20190607, 20190607, nil},
	{midAutumn, 20190913, 20190913, nil},
	{nationalDay, 20191001, 20191007, []int{20190929, 20191012}},
	// 2020
	{newYear, 20200101, 20200101, nil},
	{springFestival, 20200124, 20200202, []int{20200119, 20200203}},
	{tombSweeping, 20200404, 20200406, nil},
	{labourDay, 20200501, 20200505, []int{20200426, 20200509}},
	{dragonBoat, 20200625, 20200627, []int{20200628}},
	{nationalMidAutumn, 20201001, 20201008, []int{20200927, 20201010}},
	// 2021
	{newYear, 20210101, 20210103, nil},
	{springFestival, 20210211, 20210217, []int{20210207, 20210220}},
	{tombSweeping, 20210403, 20210405, nil},
	{labourDay, 20210501, 20210505, []int{20210425, 20210508}},
	{dragonBoat, 20210612, 20210614, nil},
	{midAutumn, 20210919, 20210921, []int{20210918}},
	{nationalDay, 20211001, 20211007, []int{20210926, 20211009}},
	// 2022
	{newYear, 20220101, 20220103, nil},
	{springFestival, 20220131, 20220206, []int{20220129, 20220130}},
	{tombSweeping, 20220403, 20220405, []int{20220402}},
	{labourDay, 20220430, 20220504, []int{20220424, 20220507}},
	{dragonBoat, 20220603, 20220605, nil},
	{midAutumn, 20220910, 20220912, nil},
	{nationalDay, 20221001, 20221007, []int{20221008, 20221009}},
	// 2023
	{newYear, 20221231, 20230102, nil},
	{springFestival, 20230121, 20230127, []int{20230128, 20230129}},
	{tombSweeping, 20230405, 20230405, nil},
	{labourDay, 20230429, 20230503, []int{20230423, 20230506}},
	{dragonBoat, 20230622, 20230624, []int{20230625}},
	{midAutumnNational, 20230929, 20231006, []int{20231007, 20231008}},
	// 2024
	{newYear, 20240101, 20240101, nil},
	{springFestival, 20240210, 20240217, []int{20240204, 20240218}},
	{tombSweeping, 20240404, 20240406, []int{20240407}},
	{labourDay, 20240501, 20240505, []int{20240428, 20240511}},
	{dragonBoat, 20240610, 20240610, nil},
	{midAutumn, 20240915, 20240917, []int{20240914}},
	{nationalDay, 20241001, 20241007, []int{20240929, 20241012}},
	// 2025
	{newYear, 20250101, 20250101, nil},
	{springFestival, 20250128, 20250204, []int{20250126, 20250208}},
	{tombSweeping, 20250404, 20250406, nil},
	{labourDay, 20250501, 20250505, []int{20250427}},
	{dragonBoat, 20250531, 20250602, nil},
	{nationalMidAutumn, 20251001, 20251008, []int{20250928, 20251011}},
	// 2026
	{newYear, 20260101, 20260103, []int{20260104}},
	{springFestival, 20260215, 20260223, []int{20260214, 20260228}},
	{tombSweeping, 20260404, 20260406, nil},
	{labourDay, 20260501, 20260505, []int{20260509}},
	{dragonBoat, 20260619, 20260621, nil},
	{nationalDay, 20261001, 20261007, []int{20260920, 20261010}},
	{midAutumn, 20260925, 20260927, nil},
}
